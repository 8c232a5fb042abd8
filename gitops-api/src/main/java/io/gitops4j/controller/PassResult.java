package io.gitops4j.controller;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Revision;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.util.List;
import java.util.Optional;

/**
 * What the board needs to know of a pass that ended.
 *
 * @param verdict in one word
 * @param kind as the outcome says it
 * @param revision that it was about
 * @param pin that holds the target from now on
 * @param healed whether drift was corrected
 * @param health the worst of what is owned, as far as the pass saw it
 * @param failure why it failed
 * @param message for people, possibly empty
 * @param held the plan that a gate holds, other than one that waits for another target
 */
record PassResult(
    Verdict verdict,
    ReconcileOutcome.Kind kind,
    Optional<Revision> revision,
    Optional<Pin> pin,
    boolean healed,
    Health health,
    Optional<Failure> failure,
    String message,
    Optional<PlanId> held) {
  /** What follows from it. */
  enum Verdict {
    /** Desired and live agree. */
    GOOD,
    /** A gate holds the plan, or a part of it. */
    HELD,
    /** The gate that holds it is a dependency. */
    BLOCKED,
    /** The revision failed. */
    FAILED,
    /** The revision is bad, and the target is pinned to an earlier one. */
    GOES_BACK,
    /** Somebody could not be asked: nothing is known of the revision. */
    UNKNOWN
  }

  /**
   * Looks at an outcome.
   *
   * @param blocked whether the gate that held it is a dependency
   */
  static PassResult of(ReconcileOutcome outcome, boolean blocked) {
    return switch (outcome.kind()) {
      case IN_SYNC ->
          result(outcome, Verdict.GOOD, outcome.madePlan().map(PassResult::contested).orElse(""));
      case PLANNED ->
          result(outcome, blocked ? Verdict.BLOCKED : Verdict.HELD, outcome.whyHeld().orElse(""));
      case APPLIED -> {
        Plan<?> plan = outcome.madePlan().orElseThrow();
        Optional<String> held = plan.heldInPart();
        yield result(
                outcome,
                held.isPresent() ? Verdict.HELD : Verdict.GOOD,
                held.orElseGet(() -> contested(plan)))
            .healed(plan);
      }
      case INCOMPLETE ->
          result(outcome, Verdict.FAILED, outcome.firstFailure().map(Failure::message).orElse(""));
      case FAILED -> failed(outcome, outcome.firstFailure().orElseThrow());
    };
  }

  private static PassResult failed(ReconcileOutcome outcome, Failure failure) {
    boolean looking =
        switch (failure.stage()) {
          case SOURCE, DIFF, INVENTORY, HEALTH -> true;
          case CONFIGURE, RENDER, GATE, APPLY, PASS ->
              failure.code().equals(OperationCancelledException.CODE);
        };
    boolean unknown =
        outcome.pass().revision().isEmpty()
            || looking && failure.retryability() == Retryability.RETRY;
    return result(outcome, unknown ? Verdict.UNKNOWN : Verdict.FAILED, failure.message());
  }

  /** A pass that ended with a bug of somebody's. */
  static PassResult broken(Optional<Revision> revision, Stage stage, Throwable thrown) {
    Failure failure = Failure.defect(stage, thrown);
    return new PassResult(
        revision.isPresent() ? Verdict.FAILED : Verdict.UNKNOWN,
        ReconcileOutcome.Kind.FAILED,
        revision,
        Optional.empty(),
        false,
        new Health(HealthStatus.UNKNOWN, failure.reason()),
        Optional.of(failure),
        failure.message(),
        Optional.empty());
  }

  /** A pass that did not begin, because another replica may write the target. */
  static PassResult unled() {
    return new PassResult(
        Verdict.UNKNOWN,
        ReconcileOutcome.Kind.FAILED,
        Optional.empty(),
        Optional.empty(),
        false,
        Health.of(HealthStatus.UNKNOWN),
        Optional.empty(),
        "another replica has the lease",
        Optional.empty());
  }

  private static PassResult result(ReconcileOutcome outcome, Verdict verdict, String message) {
    return new PassResult(
        outcome.pass().rollback().isPresent() ? Verdict.GOES_BACK : verdict,
        outcome.kind(),
        outcome.pass().revision(),
        outcome.pass().rollback().or(outcome.pass()::pin),
        false,
        outcome.health(),
        outcome.firstFailure(),
        message,
        verdict == Verdict.HELD && outcome instanceof ReconcileOutcome.Planned planned
            ? Optional.of(planned.plan().id())
            : Optional.empty());
  }

  private PassResult healed(Plan<?> plan) {
    boolean drift =
        plan.changes().stream().anyMatch(c -> c.action().writes() && c.reason().drift());
    return new PassResult(verdict, kind, revision, pin, drift, health, failure, message, held);
  }

  private static String contested(Plan<?> plan) {
    List<String> notes =
        plan.changes().stream()
            .filter(c -> c.reason() == Reason.CONTESTED)
            .map(Change::note)
            .toList();
    return String.join("; ", notes);
  }
}
