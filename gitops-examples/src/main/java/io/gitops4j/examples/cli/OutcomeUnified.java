package io.gitops4j.examples.cli;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Differ;
import io.gitops4j.diff.Plan;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.render.Desired;
import java.io.PrintStream;
import java.util.List;

/** A plan as unified text, as reviewers read it. */
final class OutcomeUnified {
  private OutcomeUnified() {}

  static void print(
      Plan<?> plan, List<Change> differences, Destination<?> destination, PrintStream out) {
    print(plan, differences, destination.differ(), out);
  }

  private static <D extends Desired> void print(
      Plan<?> plan, List<Change> differences, Differ<D> differ, PrintStream out) {
    D desired = differ.desiredType().cast(plan.desired());
    Plan<D> typed =
        new Plan<>(
            plan.id(), plan.target(), desired, plan.inventory(), plan.changes(), plan.basis());
    for (Change change : differences) {
      out.print(differ.unified(typed, change, OperationContext.create()));
    }
  }
}
