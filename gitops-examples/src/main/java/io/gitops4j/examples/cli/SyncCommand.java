package io.gitops4j.examples.cli;

import io.gitops4j.health.Health;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "sync", description = "Applies what Git says.", mixinStandardHelpOptions = true)
final class SyncCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();
  @Mixin private final SelectionOption selected = new SelectionOption();

  @Option(names = "--dry-run", description = "stop at the plan")
  private boolean dryRun;

  @Option(
      names = "--confirm-prune",
      description =
          "remove what waits for a confirmation: KIND/NAME, KIND/NAMESPACE/NAME, or the id of all"
              + " such removals, as the plan tells it")
  private List<String> confirmed = List.of();

  @Option(
      names = "--watch",
      description = "go on until interrupted, or until nobody reads the output")
  private boolean watch;

  @Option(
      names = "--interval",
      description = "between passes of --watch; default: what the manifest says, else PT30S")
  private @Nullable Duration interval;

  @Option(names = "--wait", description = "until everything is healthy")
  private boolean wait;

  @Option(
      names = "--timeout",
      description = "the longest that a sync with --wait may take, as in PT5M",
      defaultValue = "PT5M")
  private Duration timeout = Duration.ofMinutes(5);

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (Session session = options.open(Names.confirming(confirmed))) {
      while (true) {
        OperationContext context =
            (wait ? OperationContext.within(timeout) : OperationContext.create())
                .withTrigger(watch ? Trigger.AUTOMATIC : Trigger.MANUAL);
        int code = once(session, context);
        if (!watch) {
          return code;
        }
        if (System.out.checkError()) {
          return GitOps4J.FAILED; // nobody reads it any more
        }
        Duration pause = interval == null ? session.interval() : interval;
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      }
    }
  }

  private int once(Session session, OperationContext context) {
    ReconcileOutcome outcome =
        dryRun
            ? session.reconciler().plan(context, selected.selection())
            : session.reconciler().reconcile(context, selected.selection());
    boolean good =
        switch (outcome.kind()) {
          case IN_SYNC, APPLIED -> true;
          case PLANNED -> dryRun;
          case INCOMPLETE, FAILED -> false;
        };
    ObjectNode document = OutcomeJson.write(outcome);
    if (!options.json()) {
      options.text().print(outcome);
    }
    if (good && wait && !dryRun) {
      Health health =
          HealthWait.until(
              outcome.health(),
              session.destination().health(),
              session.reconciler().target(),
              context);
      OutcomeJson.health(health, document.putObject("health"));
      good = HealthWait.well(health);
      if (!options.json()) {
        System.out.println("  " + health.status() + " " + health.message());
      }
    }
    if (options.json()) {
      options.print(document);
    }
    if (outcome.kind() == ReconcileOutcome.Kind.PLANNED && !dryRun) {
      return GitOps4J.DIFFERENT; // it waits for an approval: nothing failed
    }
    return good ? 0 : GitOps4J.FAILED;
  }
}
