package io.gitops4j.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
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
      TakeOverCommand.class,
      UnlockCommand.class
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
    // JSON is UTF-8, and a locale without an author's letters must not change what is told of them.
    System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8));
    System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8));
    System.exit(run(arguments));
  }

  /** Runs one command. */
  public static int run(String... arguments) {
    return new CommandLine(new GitOps4J())
        .setOut(new PrintWriter(System.out, true, UTF_8))
        .setErr(new PrintWriter(System.err, true, UTF_8))
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
