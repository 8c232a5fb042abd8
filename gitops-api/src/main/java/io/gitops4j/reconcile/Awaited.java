package io.gitops4j.reconcile;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.ResourceId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of a revision has to become well, and what is not held against it. Decides only: no clock,
 * no request. Not thread-safe.
 */
final class Awaited {
  private final Set<ResourceId> unwellBefore;

  /** What did not become well yet, or failed. What was well once may be on its way again. */
  private final Set<ResourceId> awaited;

  private Awaited(Set<ResourceId> unwellBefore, Set<ResourceId> awaited) {
    this.unwellBefore = Set.copyOf(unwellBefore);
    this.awaited = new HashSet<>(awaited);
  }

  /** Nothing yet. */
  static Awaited none() {
    return new Awaited(Set.of(), Set.of());
  }

  /** As whoever was about the revision before has left it. */
  static Awaited of(HistoryEntry.Trial trial) {
    return new Awaited(trial.before(), trial.awaited());
  }

  /** Of a revision about which nobody left anything. */
  static Awaited of(Set<ResourceId> unwellBefore, Set<ResourceId> awaited) {
    return new Awaited(unwellBefore, awaited);
  }

  /** For whoever goes on with the revision. */
  HistoryEntry.Trial trial() {
    return new HistoryEntry.Trial(unwellBefore, awaited);
  }

  boolean isEmpty() {
    return awaited.isEmpty();
  }

  /** A look while the revision has time: all that is not well has to become so. */
  void seen(Map<ResourceId, Health> healths, Set<ResourceId> going) {
    Set<ResourceId> unwell = unwell(healths, going);
    awaited.retainAll(unwell);
    awaited.addAll(unwell);
  }

  /** A look at another time: what is not well only now is not what is waited for. */
  void seenLate(Map<ResourceId, Health> healths, Set<ResourceId> going) {
    awaited.retainAll(unwell(healths, going));
  }

  /** What failed has to become well, too. */
  void await(Set<ResourceId> failed) {
    awaited.addAll(failed);
  }

  /** All of it. */
  Set<ResourceId> all() {
    return Set.copyOf(awaited);
  }

  /** What of it two looks agree on. */
  Set<ResourceId> among(Set<ResourceId> one, Set<ResourceId> other) {
    return awaited.stream()
        .filter(id -> one.contains(id) && other.contains(id))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What failed and is held against the revision. */
  Set<ResourceId> degraded(Map<ResourceId, Health> healths, Set<ResourceId> going) {
    return unwell(healths, going).stream()
        .filter(id -> healths.get(id).status() == HealthStatus.DEGRADED)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Set<ResourceId> unwell(Map<ResourceId, Health> healths, Set<ResourceId> going) {
    return healths.entrySet().stream()
        .filter(e -> !Verdict.fine(e.getValue().status()))
        .map(Map.Entry::getKey)
        .filter(id -> !unwellBefore.contains(id) && !going.contains(id))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * What goes: it is owned until finalizers let go of it, and they may take as long as they like.
   */
  static Set<ResourceId> going(Stream<Change> changes) {
    return changes
        .filter(c -> c.action() == Action.DELETE || c.reason() == Reason.TERMINATING)
        .map(Change::id)
        .collect(Collectors.toUnmodifiableSet());
  }
}
