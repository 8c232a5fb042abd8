package io.gitops4j.reconcile;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a revision is bad. Decides only: no clock, no request. */
final class Verdict {
  private Verdict() {}

  /** Why what was applied is the revision's fault; empty when it is nobody's, or a server's. */
  static Optional<Failure> fault(Outcome outcome) {
    return outcome.results().stream()
        .filter(Verdict::fault)
        .flatMap(r -> r.failure().stream())
        .findFirst();
  }

  private static boolean fault(ChangeResult result) {
    if (result.failure().isEmpty() || result.actuation() == Actuation.SKIPPED) {
      return false;
    }
    boolean hook = result.change().reason() == Reason.HOOK;
    HealthStatus status = result.health().status();
    return result.actuation() == Actuation.SUCCEEDED
        || result.failure().get().retryability() != Retryability.RETRY
        || status == HealthStatus.DEGRADED
        || hook && status == HealthStatus.PROGRESSING;
  }

  /**
   * The passes that were about a revision, and about nothing else in between.
   *
   * @param history newest first
   */
  static List<HistoryEntry> about(Revision revision, List<HistoryEntry> history) {
    return history.stream().takeWhile(e -> e.revision().sameState(revision)).toList();
  }

  /** What passes wrote, or tried to. */
  static Set<ResourceId> written(List<HistoryEntry> passes) {
    return passes.stream()
        .flatMap(e -> e.lines().stream())
        .filter(l -> l.actuation() != Actuation.SKIPPED)
        .map(HistoryEntry.Line::id)
        .collect(Collectors.toSet());
  }

  /**
   * What was not well when the last of the passes ended that wrote it.
   *
   * @param passes newest first
   */
  static Set<ResourceId> unwell(List<HistoryEntry> passes) {
    Map<ResourceId, HistoryEntry.Line> last = new HashMap<>();
    passes.stream().flatMap(e -> e.lines().stream()).forEach(l -> last.putIfAbsent(l.id(), l));
    return last.values().stream()
        .filter(l -> !well(l))
        .map(HistoryEntry.Line::id)
        .collect(Collectors.toSet());
  }

  /** Whether a revision that is applied since then may still turn out to be bad. */
  static boolean onProbation(Instant since, Duration window, Instant now) {
    return now.isBefore(since.plus(window));
  }

  private static boolean well(HistoryEntry.Line line) {
    return line.action() == Action.DELETE || fine(line.health().status());
  }

  /** Whether a thing is as well as it can be known to be. */
  static boolean fine(HealthStatus status) {
    return switch (status) {
      case HEALTHY, SUSPENDED, UNKNOWN -> true;
      case PROGRESSING, MISSING, DEGRADED -> false;
    };
  }
}
