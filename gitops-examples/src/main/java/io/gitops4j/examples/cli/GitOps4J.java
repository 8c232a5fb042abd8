package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code gitops4j sync|diff|status|history|rollback|release|revert|... -f app.yaml}. */
@Command(
    name = "gitops4j",
    description = "Syncs what Git says with a cluster.",
    mixinStandardHelpOptions = true,
    version = "gitops4j 0.1.0-SNAPSHOT",
    subcommands = {
      SyncCommand.class,
      DiffCommand.class,
      StatusCommand.class,
      HistoryCommand.class,
      RollbackCommand.class,
      ReleaseCommand.class,
      RevertCommand.class,
      TombstonesCommand.class,
      RestoreCommand.class,
      HealthCommand.class,
      TakeOverCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:in sync, or applied",
      "1:failed",
      "2:wrong usage, or a manifest that is not understood",
      "3:differences found (diff), or held for approval (sync)"
    })
public final class GitOps4J {
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int DIFFERENT = 3;

  /** Runs one command and ends with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command. */
  public static int run(String... arguments) {
    return new CommandLine(new GitOps4J())
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (e instanceof GitOpsException known) {
                report(command, known.failure());
                return known instanceof ConfigurationException ? USAGE : FAILED;
              }
              throw e;
            })
        .execute(arguments);
  }

  private static void report(CommandLine command, Failure failure) {
    if (command.getCommand() instanceof Options.HasOptions known) {
      known.options().error(failure);
    } else {
      command.getErr().println(failure.code() + " " + failure.message());
    }
  }
}
