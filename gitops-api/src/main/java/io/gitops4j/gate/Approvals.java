package io.gitops4j.gate;

import io.gitops4j.diff.PlanId;
import io.gitops4j.model.TargetId;

/**
 * The embedder's record of who approved what. Thread-safe. Asked in every pass, also in one that
 * stops at the plan: it answers, and nothing follows from that. A plan can come again with the same
 * id, when a revision is taken back and brought a second time: forget an id once a pass that ended
 * as applied tells its plan, as {@code io.gitops4j.reconcile.ApprovedPlans} does. Removals that a
 * {@link PruneConfirmation} lets go of cannot come again.
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
