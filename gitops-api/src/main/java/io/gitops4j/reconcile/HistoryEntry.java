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
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
    lines = List.copyOf(lines);
  }

  static HistoryEntry of(ReconcileOutcome.Kind kind, Pass pass, Plan<?> plan, Outcome outcome) {
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
        kind,
        plan.id(),
        pass.started(),
        pass.took(),
        pass.pin(),
        Scope.of(plan),
        lines);
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
    /** What was asked for; the rest was left as it was, so that the revision is not all live. */
    SELECTED;

    static Scope of(Plan<?> plan) {
      return plan.changes().stream().anyMatch(c -> c.reason() == Reason.NOT_SELECTED)
          ? SELECTED
          : WHOLE;
    }
  }

  /**
   * One change that was tried.
   *
   * @param id of what
   * @param action what was done
   * @param reason why
   * @param actuation whether it happened
   * @param health of the thing when the pass ended; unknown in a record of before it was kept
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
