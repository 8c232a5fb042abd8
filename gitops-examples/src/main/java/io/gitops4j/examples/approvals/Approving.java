package io.gitops4j.examples.approvals;

import io.gitops4j.TargetBuilder;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.TargetStatus;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Differ;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Gate;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ApprovedPlans;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.render.Desired;
import java.util.function.Predicate;

/** What docs/approvals.md quotes. */
public final class Approving {
  private Approving() {}

  /** Nothing is applied that nobody approved. */
  public static <D extends Desired> Reconciler<D> gated(
      TargetBuilder<D> target, ApprovedPlans approvals) {
    return target.gate(Gate.approval(approvals)).listener(approvals).build();
  }

  /** From the plan to what became of it, with a person in between. */
  public static <D extends Desired> ReconcileOutcome ask(
      Reconciler<D> shop,
      Destination<D> destination,
      ApprovedPlans approvals,
      Predicate<String> person,
      OperationContext context) {
    ReconcileOutcome outcome = shop.reconcile(context);
    if (outcome instanceof ReconcileOutcome.Planned held) {
      PlanId shown = held.plan().id();
      if (person.test(text(held.plan(), destination.differ(), context))) {
        approvals.approve(shop.target(), shown);
        return shop.reconcile(context);
      }
    }
    return outcome;
  }

  /** The plan as unified text, values of Secrets masked. */
  public static <D extends Desired> String text(
      Plan<?> held, Differ<D> differ, OperationContext context) {
    D desired = differ.desiredType().cast(held.desired());
    Plan<D> plan =
        new Plan<>(
            held.id(), held.target(), desired, held.inventory(), held.changes(), held.basis());
    StringBuilder text = new StringBuilder();
    for (Change change : plan.changes().stream().filter(c -> c.action().writes()).toList()) {
      text.append(change.action()).append(' ').append(change.id()).append('\n');
      text.append(differ.unified(plan, change, context));
    }
    return text.toString();
  }

  /** Under a controller: what a page with a button does. */
  public static void approve(
      GitOpsController controller, ApprovedPlans approvals, TargetId target, PlanId shown) {
    TargetStatus status = controller.status(target);
    if (status.held().filter(shown::equals).isPresent()) {
      approvals.approve(target, shown);
      controller.approved(target);
    }
  }
}
