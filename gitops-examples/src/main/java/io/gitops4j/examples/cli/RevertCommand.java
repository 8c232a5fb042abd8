package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.git.Revert;
import io.gitops4j.operation.OperationContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "revert",
    description = "Commits to Git what an earlier revision had, and pushes it.",
    mixinStandardHelpOptions = true)
final class RevertCommand implements Callable<Integer>, Options.HasOptions {
  private static final Pattern AUTHOR = Pattern.compile("\\s*(.+?)\\s*<([^<>]+)>\\s*");

  @Mixin private final Options options = new Options();
  @Mixin private final HistoryChoice choice = new HistoryChoice();

  @Option(
      names = "--author",
      required = true,
      description = "of the commit, as 'Ann <ann@example.com>'")
  private String author = "";

  @Option(
      names = "--path",
      description = "bring back only this file or folder; default: the whole repository",
      defaultValue = "")
  private String path = "";

  @Option(
      names = "--branch",
      description = "push to this new branch, for a pull request; default: the branch itself")
  private Optional<String> branch = Optional.empty();

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    OperationContext context = OperationContext.create();
    try (Session session = options.open()) {
      Revert.Pushed pushed =
          session
              .source()
              .revert(
                  new Revert(
                      choice.revert(session, context), path, branch, author(), choice.reason),
                  context);
      if (options.json()) {
        ObjectNode root =
            OutcomeJson.JSON
                .createObjectNode()
                .put("branch", pushed.branch())
                .put("commit", pushed.commit())
                .put("before", pushed.before())
                .put("reverted", pushed.reverted());
        options.print(root);
      } else {
        System.out.println(
            "  pushed %s to %s: it goes back behind %d commits"
                .formatted(pushed.commit().substring(0, 8), pushed.branch(), pushed.reverted()));
      }
      return 0;
    }
  }

  private Revert.Author author() {
    Matcher matcher = AUTHOR.matcher(author);
    if (!matcher.matches()) {
      throw new ConfigurationException("--author", List.of("it is not 'Name <address>'"));
    }
    return new Revert.Author(matcher.group(1), matcher.group(2));
  }
}
