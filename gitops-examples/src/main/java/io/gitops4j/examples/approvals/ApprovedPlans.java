package io.gitops4j.examples.approvals;

import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Approvals;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What somebody approved: one plan for a target, until it is applied. Thread-safe. */
public final class ApprovedPlans implements Approvals, ReconcileListener {
  /** In a product this is a table, which every replica reads. */
  private final Map<TargetId, PlanId> plans = new ConcurrentHashMap<>();

  /** Somebody has seen the plan and agrees. */
  public void approve(TargetId target, PlanId plan) {
    plans.put(target, plan);
  }

  @Override
  public boolean approved(TargetId target, PlanId plan) {
    return plan.equals(plans.get(target));
  }

  /** An approval is for once: the same drift tomorrow has the same id. */
  @Override
  public void finished(ReconcileEvent.Finished event) {
    switch (event.outcome().kind()) {
      case APPLIED, IN_SYNC -> plans.remove(event.target());
      case PLANNED, INCOMPLETE, FAILED -> {
        // It is not done yet.
      }
    }
  }
}
