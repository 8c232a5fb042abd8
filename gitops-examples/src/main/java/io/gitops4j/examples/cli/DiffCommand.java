package io.gitops4j.examples.cli;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Selection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "diff",
    description = "Shows what a sync would do; writes nothing.",
    mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();
  @Mixin private final SelectionOption selected = new SelectionOption();

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    try (Session session = options.open()) {
      Selection selection = selected.selection();
      // What a sync would do, which somebody asks for.
      OperationContext context = OperationContext.create().withTrigger(Trigger.MANUAL);
      ReconcileOutcome outcome = session.reconciler().plan(context, selection);
      Optional<Plan<?>> plan = outcome.madePlan();
      List<Change> differences = plan.map(p -> differences(p, selection)).orElse(List.of());
      print(outcome, plan, differences, session);
      if (outcome.kind() == ReconcileOutcome.Kind.FAILED) {
        return GitOps4J.FAILED;
      }
      return differences.isEmpty() ? 0 : GitOps4J.DIFFERENT;
    }
  }

  /** What differs of what was asked for; hooks take part without that. */
  private static List<Change> differences(Plan<?> plan, Selection selection) {
    return plan.changes().stream()
        .filter(Change::differs)
        .filter(c -> c.action().writes() || selection.selects(c.id()))
        .toList();
  }

  private void print(
      ReconcileOutcome outcome, Optional<Plan<?>> plan, List<Change> differences, Session session) {
    if (options.output == Options.Output.unified && plan.isPresent()) {
      OutcomeUnified.print(plan.get(), differences, session.destination(), System.out);
    } else if (options.output == Options.Output.patch && plan.isPresent()) {
      options.print(OutcomePatch.write(plan.get().id(), differences));
    } else if (options.json()) {
      options.print(OutcomeJson.write(outcome));
    } else {
      options.text().print(outcome);
    }
  }
}
