package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.Rollback;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Which earlier revision somebody means, and why. */
final class HistoryChoice {
  @Option(
      names = "--to",
      description =
          "number of an entry as history shows it, or a commit; default: the newest other"
              + " revision that was applied whole and not gone back from since; of a revert while a"
              + " pin holds the target, the pinned one")
  Optional<String> to = Optional.empty();

  @Option(names = "--reason", description = "why, for the record", defaultValue = "")
  String reason = "";

  /** What is recorded is taken as it is; any other commit has to be of the followed history. */
  Rollback rollback(Session session, OperationContext context) {
    return rollback(session, HistoryChoice::previous, context);
  }

  /** What Git is to hold again. */
  Revision revert(Session session, OperationContext context) {
    return rollback(session, HistoryChoice::held, context).revision();
  }

  private Rollback rollback(
      Session session,
      Function<List<HistoryEntry>, Optional<HistoryEntry>> otherwise,
      OperationContext context) {
    String who = System.getProperty("user.name");
    List<HistoryEntry> history =
        session.destination().history().list(session.reconciler().target(), context);
    Optional<HistoryEntry> entry =
        to.isEmpty() ? otherwise.apply(history) : named(to.get(), history);
    if (entry.isPresent()) {
      return Rollback.to(entry.get(), who, reason);
    }
    if (to.isPresent() && to.get().matches("[0-9a-f]{40}")) {
      return Rollback.to(Revision.ofCommit(to.get()), who, reason);
    }
    throw new ConfigurationException(
        "--to " + to.orElse("(the revision before)"),
        List.of(
            "the history has no such entry; the command history lists what it has, any other commit"
                + " takes its full id"));
  }

  /** From where the target stands. */
  static Optional<HistoryEntry> previous(List<HistoryEntry> history) {
    return history.stream()
        .findFirst()
        .flatMap(current -> Rollback.earlier(current.revision(), history));
  }

  /** What the target went back to already: Git follows it. */
  static Optional<HistoryEntry> held(List<HistoryEntry> history) {
    return history.stream()
        .limit(1)
        .filter(e -> e.pin().isPresent())
        .findFirst()
        .or(() -> previous(history));
  }

  private static Optional<HistoryEntry> named(String name, List<HistoryEntry> history) {
    if (name.matches("\\d{1,4}")) {
      int number = Integer.parseInt(name);
      return number >= 1 && number <= history.size()
          ? Optional.of(history.get(number - 1))
          : Optional.empty();
    }
    return history.stream()
        .filter(e -> name.length() >= 7 && e.revision().digest().hex().startsWith(name))
        .findFirst();
  }
}
