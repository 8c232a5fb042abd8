package io.gitops4j.gate;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Plan;
import io.gitops4j.operation.OperationContext;

/**
 * Holds a plan that removes more than a target may lose at once. Immutable.
 *
 * @param maxCount the most removals in one plan, zero or more
 * @param maxShare the largest part of what is owned that one plan may remove, from 0 to 1
 */
public record PruneBudget(int maxCount, double maxShare) implements Gate {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public PruneBudget {
    if (maxCount < 0 || !(maxShare >= 0 && maxShare <= 1)) {
      throw new IllegalArgumentException("maxCount must not be negative, maxShare from 0 to 1");
    }
  }

  @Override
  public GateDecision decide(Plan<?> plan, OperationContext context) {
    long removals =
        plan.changes().stream()
            .filter(c -> c.action() == Action.DELETE || c.action() == Action.REPLACE)
            .count();
    int owned = plan.inventory().entries().size();
    if (removals > maxCount) {
      return GateDecision.held(
          "it removes %d objects, the budget is %d: raise the budget or approve the plan"
              .formatted(removals, maxCount));
    }
    if (removals > maxShare * owned) {
      return GateDecision.held(
          "it removes %d of %d objects, the budget is %d %%: raise the budget or approve the plan"
              .formatted(removals, owned, Math.round(maxShare * 100)));
    }
    return GateDecision.allowed();
  }
}
