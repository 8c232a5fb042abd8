package io.gitops4j.reconcile;

import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Approvals;
import io.gitops4j.model.TargetId;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Approvals in memory, each good until its target is at rest again: applied, or in sync. A plan can
 * come again with the same id, when a revision is taken back and brought a second time: it then
 * waits anew. Give it to a gate, and to the same target as a listener. Thread-safe.
 */
public final class ApprovedPlans implements Approvals, ReconcileListener {
  private final Set<Approval> given = ConcurrentHashMap.newKeySet();

  private record Approval(TargetId target, PlanId plan) {
    Approval {
      Objects.requireNonNull(target, "target");
      Objects.requireNonNull(plan, "plan");
    }
  }

  /**
   * Approves a plan, for one time.
   *
   * @param target whose plan
   * @param plan its id
   */
  public void approve(TargetId target, PlanId plan) {
    given.add(new Approval(target, plan));
  }

  @Override
  public boolean approved(TargetId target, PlanId plan) {
    return given.contains(new Approval(target, plan));
  }

  @Override
  public void finished(ReconcileEvent.Finished event) {
    boolean done =
        event.outcome().kind() == ReconcileOutcome.Kind.APPLIED
            || event.outcome().kind() == ReconcileOutcome.Kind.IN_SYNC;
    if (event.applies() && done) {
      // Gates may have left something out of what was approved: what is applied has another id.
      given.removeIf(a -> a.target().equals(event.target()));
    }
  }
}
