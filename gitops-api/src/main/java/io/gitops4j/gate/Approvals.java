package io.gitops4j.gate;

import io.gitops4j.diff.PlanId;
import io.gitops4j.model.TargetId;

/**
 * The embedder's record of who approved what. Thread-safe. Asked in every pass, also in one that
 * stops at the plan: it answers, and nothing follows from that.
 */
@FunctionalInterface
public interface Approvals {
  /**
   * Whether a plan was approved.
   *
   * @param target whose plan
   * @param plan its id
   * @return true when it may be applied
   */
  boolean approved(TargetId target, PlanId plan);
}
