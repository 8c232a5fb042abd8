package io.gitops4j.examples.cli;

import io.gitops4j.diff.Plan;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
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
      ReconcileOutcome outcome =
          session.reconciler().plan(OperationContext.create(), selected.selection());
      print(outcome, session);
      if (outcome.kind() == ReconcileOutcome.Kind.FAILED) {
        return GitOps4J.FAILED;
      }
      boolean different =
          OutcomeJson.shown(outcome).plan().map(p -> p.hasDifferences()).orElse(false);
      return different ? GitOps4J.DIFFERENT : 0;
    }
  }

  private void print(ReconcileOutcome outcome, Session session) {
    Optional<Plan<?>> plan = OutcomeJson.shown(outcome).plan();
    if (options.output == Options.Output.unified && plan.isPresent()) {
      OutcomeUnified.print(plan.get(), session.destination(), System.out);
    } else if (options.output == Options.Output.patch && plan.isPresent()) {
      options.print(OutcomePatch.write(plan.get()));
    } else if (options.json()) {
      options.print(OutcomeJson.write(outcome));
    } else {
      options.text().print(outcome);
    }
  }
}
