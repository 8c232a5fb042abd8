package io.gitops4j.examples.cli;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Rollback;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rollback",
    description = "Goes back to an earlier revision and stays there until it is released.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();
  @Mixin private final HistoryChoice choice = new HistoryChoice();

  @Option(names = "--plan", description = "show what it would do, and do nothing")
  private boolean plan;

  @Option(names = "--no-hooks", description = "run no hooks of the earlier revision")
  private boolean noHooks;

  @Option(
      names = "--until-changed",
      description = "stay only until Git stands at another revision than now")
  private boolean untilChanged;

  @Option(
      names = "--confirm-prune",
      description = "remove what waits for a confirmation, as with sync")
  private List<String> confirmed = List.of();

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    OperationContext context = OperationContext.create();
    try (Session session = options.open(Names.confirming(confirmed))) {
      Rollback wish =
          choice
              .rollback(session, context)
              .hooks(noHooks ? Pin.Hooks.SKIP : Pin.Hooks.RUN)
              .until(untilChanged ? Pin.Until.MOVED_ON : Pin.Until.RELEASED);
      ReconcileOutcome outcome =
          plan
              ? session.reconciler().planRollback(wish, context)
              : session.reconciler().rollback(wish, context);
      if (options.json()) {
        options.print(OutcomeJson.write(outcome));
      } else {
        options.text().print(outcome);
      }
      return switch (outcome.kind()) {
        case IN_SYNC, APPLIED -> 0;
        case PLANNED -> plan ? 0 : GitOps4J.DIFFERENT;
        case INCOMPLETE, FAILED -> GitOps4J.FAILED;
      };
    }
  }
}
