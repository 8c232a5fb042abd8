package io.gitops4j.reconcile;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.health.Health;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A pass that wrote something, for the record: who, what, when and why. Immutable.
 *
 * @param operationId which pass
 * @param revision what was applied, with its author and message
 * @param outcome how it ended
 * @param plan what was applied
 * @param started when
 * @param took how long
 * @param pin that held the target at the revision: it went back; empty when it followed the source
 * @param scope whether it was about all or some of what differed
 * @param trial what its revision is judged by; empty when nobody judges it ({@link AutoRollback})
 * @param lines one for every change that was tried
 */
public record HistoryEntry(
    String operationId,
    Revision revision,
    ReconcileOutcome.Kind outcome,
    PlanId plan,
    Instant started,
    Duration took,
    Optional<Pin> pin,
    Scope scope,
    Optional<Trial> trial,
    List<Line> lines) {
  /** Copies the lines. */
  public HistoryEntry {
    Objects.requireNonNull(operationId, "operationId");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(took, "took");
    Objects.requireNonNull(pin, "pin");
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(trial, "trial");
    lines = List.copyOf(lines);
  }

  static HistoryEntry of(Pass pass, Plan<?> plan, Outcome outcome, Optional<Trial> trial) {
    List<Line> lines =
        outcome.results().stream()
            .filter(r -> r.change().action().writes())
            .map(
                r ->
                    new Line(
                        r.change().id(),
                        r.change().action(),
                        r.change().reason(),
                        r.actuation(),
                        r.health(),
                        r.failure().map(f -> f.code() + ": " + f.reason())))
            .toList();
    return new HistoryEntry(
        pass.operationId(),
        plan.desired().revision(),
        outcome.complete() ? ReconcileOutcome.Kind.APPLIED : ReconcileOutcome.Kind.INCOMPLETE,
        plan.id(),
        pass.started(),
        pass.took(),
        pass.pin(),
        Scope.of(plan),
        trial,
        lines);
  }

  /**
   * Whether an entry is of the same pass, recorded while the pass went on or after it.
   *
   * @param other entry
   * @return true when a store keeps only one of both
   */
  public boolean samePass(HistoryEntry other) {
    // Tries after a failure are passes of one operation.
    return operationId.equals(other.operationId)
        && started.equals(other.started)
        && plan.equals(other.plan);
  }

  /**
   * For a store that keeps a list: adds this entry, or puts it where its pass is already.
   *
   * @param kept newest first
   * @return the list with this entry
   */
  public List<HistoryEntry> addedTo(List<HistoryEntry> kept) {
    List<HistoryEntry> all = new ArrayList<>(kept);
    int place = kept.stream().map(this::samePass).toList().indexOf(true);
    if (place < 0) {
      all.add(0, this);
    } else {
      all.set(place, this);
    }
    return List.copyOf(all);
  }

  /** The same as it was seen later. */
  HistoryEntry seen(Map<ResourceId, Health> healths, Trial now) {
    List<Line> later =
        lines.stream()
            .map(
                l ->
                    new Line(
                        l.id(),
                        l.action(),
                        l.reason(),
                        l.actuation(),
                        healths.getOrDefault(l.id(), l.health()),
                        l.failure()))
            .toList();
    return new HistoryEntry(
        operationId, revision, outcome, plan, started, took, pin, scope, Optional.of(now), later);
  }

  /** The writes happened: a record that cannot be kept is an error, but not the writes' error. */
  static Failure unrecorded(ReconcileOutcome.Kind kind, Failure cause) {
    return new Failure(
        cause.stage(),
        cause.code(),
        cause.retryability(),
        cause.subject(),
        "the plan was applied ("
            + kind
            + "), but its history entry could not be stored: "
            + cause.reason(),
        cause.nextStep());
  }

  /** What a pass was about. */
  public enum Scope {
    /** Everything that differed. */
    WHOLE,
    /** What gates let through; they held the rest, so that the revision is not all live. */
    HELD,
    /** What was asked for; the rest was left as it was, so that the revision is not all live. */
    SELECTED;

    static Scope of(Plan<?> plan) {
      if (plan.changes().stream().anyMatch(c -> c.reason() == Reason.NOT_SELECTED)) {
        return SELECTED;
      }
      return plan.heldInPart().isPresent() ? HELD : WHOLE;
    }
  }

  /**
   * What tells whether a revision is bad, for whoever goes on with it. Immutable.
   *
   * @param before what was not well before the revision came, and is not held against it
   * @param awaited what did not become well yet, or failed
   */
  public record Trial(Set<ResourceId> before, Set<ResourceId> awaited) {
    /** Copies both. */
    public Trial {
      before = Set.copyOf(before);
      awaited = Set.copyOf(awaited);
    }
  }

  /**
   * One change that was tried.
   *
   * @param id of what
   * @param action what was done
   * @param reason why
   * @param actuation whether it happened
   * @param health of the thing when the pass ended, or later when it was waited for; unknown in a
   *     record of before it was kept
   * @param failure code and reason when it did not
   */
  public record Line(
      ResourceId id,
      Action action,
      Reason reason,
      Actuation actuation,
      Health health,
      Optional<String> failure) {
    /** Checks that no part is missing. */
    public Line {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(action, "action");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(actuation, "actuation");
      Objects.requireNonNull(health, "health");
      Objects.requireNonNull(failure, "failure");
    }
  }
}
