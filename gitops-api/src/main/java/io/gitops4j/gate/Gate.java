package io.gitops4j.gate;

import io.gitops4j.diff.Plan;
import io.gitops4j.operation.OperationContext;

/**
 * Decides whether a plan may be applied: an approval, a policy, a budget, a window. Thread-safe;
 * never changes the plan.
 */
@FunctionalInterface
public interface Gate {
  /**
   * Decides.
   *
   * @param plan what would be applied
   * @param context of the pass
   * @return allowed, or held with the reason
   */
  GateDecision decide(Plan<?> plan, OperationContext context);

  /**
   * Allows a plan that was approved before by its id.
   *
   * @param approvals the plans that somebody approved
   * @return the gate
   */
  static Gate approval(Approvals approvals) {
    return (plan, context) ->
        approvals.approved(plan.target(), plan.id())
            ? GateDecision.allowed()
            : GateDecision.held("plan " + plan.id() + " waits for approval");
  }
}
