package io.gitops4j.controller;

import io.gitops4j.diff.PlanId;
import io.gitops4j.error.Failure;
import io.gitops4j.health.Health;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a target stands right now. Immutable.
 *
 * @param target which
 * @param phase what it is doing
 * @param last how its last pass ended, empty before the first
 * @param revision that its last pass was about: where its source stood, or where it is pinned
 * @param pin that holds it at the revision; its bad revision is left alone
 * @param applied the revision that is applied, as far as this replica knows
 * @param health the worst of what it owns, as its last pass saw it
 * @param message why it waits, failed or is held; empty when there is nothing to say
 * @param held the plan that a gate of the target holds, as its last pass made it: the id to
 *     approve. Empty when nothing is held, and after a pass that applied the rest of a plan: what
 *     was held of it is a plan of its own, which the next pass tells
 * @param failed how many passes of this revision failed one after the other
 * @param quarantine the failure because of which the revision is left alone
 * @param next how long until its next pass is due; empty when only an event makes one due
 */
public record TargetStatus(
    TargetId target,
    TargetPhase phase,
    Optional<ReconcileOutcome.Kind> last,
    Optional<Revision> revision,
    Optional<Pin> pin,
    Optional<Revision> applied,
    Health health,
    String message,
    Optional<PlanId> held,
    int failed,
    Optional<Failure> quarantine,
    Optional<Duration> next) {
  /** Checks that no part is missing. */
  public TargetStatus {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(last, "last");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(pin, "pin");
    Objects.requireNonNull(applied, "applied");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(held, "held");
    Objects.requireNonNull(quarantine, "quarantine");
    Objects.requireNonNull(next, "next");
  }

  static TargetStatus of(TargetState s, long now) {
    TargetPhase phase = s.phase;
    if (phase != TargetPhase.RUNNING && !s.runnable()) {
      phase = s.suspended ? TargetPhase.SUSPENDED : TargetPhase.STANDBY;
    }
    boolean due = s.runnable() && s.passDue != TargetState.NEVER;
    return new TargetStatus(
        s.rules.id(),
        phase,
        s.last,
        s.revision,
        s.pin,
        s.applied,
        s.health,
        phase == TargetPhase.BLOCKED ? s.waiting : s.message,
        s.held,
        s.failed,
        s.quarantine,
        due ? Optional.of(Duration.ofNanos(Math.max(0, s.passDue - now))) : Optional.empty());
  }
}
