package io.gitops4j.controller;

import io.gitops4j.diff.PlanId;
import io.gitops4j.error.Failure;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.internal.thread.Alarm;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.RetryPolicy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What is known of one target, and when it is due. Decides nothing of others. */
final class TargetState {
  /** Later than any time. */
  static final long NEVER = Alarm.NEVER;

  /** Others wait until it is well: it is looked at more often. */
  private static final long HEALTH_LOOK = Duration.ofSeconds(10).toNanos();

  final Rules rules;

  TargetPhase phase = TargetPhase.IDLE;
  boolean looking;
  boolean lookingBeside;
  boolean stuck;
  boolean suspended;
  boolean led;

  /** Asked to look for a newer revision, and has not done so yet. */
  boolean moving;

  /** Somebody asked for a pass, and none began since. */
  private boolean requested;

  /** What the last pass began is not at its end. */
  private boolean unfinished;

  /** Of the last pass. */
  BoardAction.Purpose purpose = new BoardAction.Purpose(Trigger.AUTOMATIC, BoardAction.Turn.FIRST);

  /** When a pass is due, and when no more than a look at the source is. */
  long passDue;

  long lookDue = NEVER;

  /** An answer of the source must not be older than this. */
  long askedAt = -1;

  long startedAt;
  final Set<Cause> pending = EnumSet.noneOf(Cause.class);

  /** What holds it at the revision. */
  Optional<Pin> pin = Optional.empty();

  /** What its passes are about, as far as it is known. */
  Optional<Revision> revision = Optional.empty();

  Optional<Revision> applied = Optional.empty();
  Optional<ReconcileOutcome.Kind> last = Optional.empty();
  Health health = Health.of(HealthStatus.UNKNOWN);
  String message = "";
  Optional<PlanId> held = Optional.empty();
  String waiting = "";

  int failed;
  int unanswered;
  Optional<Revision> failedRevision = Optional.empty();
  Optional<Failure> quarantine = Optional.empty();
  private final HealingPace healing;

  TargetState(Rules rules, boolean led) {
    this.rules = rules;
    this.led = led;
    this.healing = new HealingPace(rules);
  }

  /** When it is to be looked at next. */
  long due() {
    if (!runnable()) {
      return NEVER;
    }
    return switch (phase) {
      case IDLE -> Math.min(passDue, lookDue);
      case RUNNING -> looking || lookingBeside || stuck ? NEVER : lookDue;
      case QUEUED, BLOCKED, SUSPENDED, STANDBY -> NEVER;
    };
  }

  boolean runnable() {
    return led && !suspended;
  }

  boolean failing() {
    return failed > 0 || unanswered > 0 || quarantine.isPresent();
  }

  /** Asked for by somebody; a wait that this does not end goes on. */
  void wanted(Cause cause, long now) {
    switch (cause) {
      case REQUEST -> {
        anew(now);
        requested = true;
      }
      // What was begun stays begun: nobody asked for something else.
      case INPUT -> goesOn(now);
      case REPOSITORY, SIBLING -> {
        if (failing()) {
          lookDue = now;
        } else {
          passDue = now;
        }
      }
      case MOVED -> {
        // A revision that fails is not tried again because of what it leaves half done.
        if (rules.heals() && !failing()) {
          passDue = Math.min(passDue, healing.due(now));
        }
      }
    }
  }

  /** Nothing that failed is held against it any more. */
  void forgive() {
    settle();
    healing.forget();
  }

  private void settle() {
    failed = 0;
    unanswered = 0;
    failedRevision = Optional.empty();
    quarantine = Optional.empty();
  }

  /** A pass begins, or no more than a look at the source. */
  void started(boolean pass, long now) {
    phase = TargetPhase.RUNNING;
    looking = !pass;
    if (pass) {
      purpose = next();
      requested = false;
    }
    waiting = "";
    startedAt = now;
    askedAt = -1;
    lookDue = now + rules.interval().toNanos();
  }

  /** Who asked for a pass asked for those that try it again, too. */
  private BoardAction.Purpose next() {
    if (unfinished) {
      return new BoardAction.Purpose(purpose.trigger(), BoardAction.Turn.AGAIN);
    }
    return new BoardAction.Purpose(
        requested ? Trigger.MANUAL : Trigger.AUTOMATIC, BoardAction.Turn.FIRST);
  }

  /** It was about to run, and must not. */
  void withdrawn() {
    phase = TargetPhase.IDLE;
    passDue = 0;
  }

  /** When an answer of the source must have been asked for, to be new enough. */
  long notBefore(long now) {
    return askedAt < 0 ? now - rules.interval().toNanos() : askedAt;
  }

  /**
   * A pass learned which revision it is about.
   *
   * @return whether the repository moved; what a pin holds says nothing of that
   */
  boolean found(Revision now, Optional<Pin> held) {
    boolean moved = held.isEmpty() && revision.isPresent() && !revision.get().sameState(now);
    revision = Optional.of(now);
    pin = held;
    return moved;
  }

  /**
   * The running pass is about something newer.
   *
   * @return whether it was to try something older again: who asked for that did not ask for this
   */
  boolean beginsAnew() {
    boolean again = purpose.turn() == BoardAction.Turn.AGAIN;
    if (again) {
      purpose = new BoardAction.Purpose(Trigger.AUTOMATIC, BoardAction.Turn.FIRST);
    }
    return again;
  }

  /** A look at the source ended. */
  void looked(boolean newer, long now, long interval) {
    phase = TargetPhase.IDLE;
    looking = false;
    moving = false;
    lookDue = now + interval;
    if (newer) {
      anew(now);
    }
  }

  /** A pass ended; what follows from it is decided next. */
  void ended(PassResult result, long now) {
    phase = TargetPhase.IDLE;
    moving = false;
    boolean rests =
        result.kind() == ReconcileOutcome.Kind.IN_SYNC
            || result.kind() == ReconcileOutcome.Kind.PLANNED;
    healing.ended(rests, now);
    switch (result.verdict()) {
      case GOOD, HELD -> unfinished = false;
      case FAILED, UNKNOWN, GOES_BACK -> unfinished = true;
      case BLOCKED -> {
        // It did nothing yet: who asked for it still waits.
        unfinished = false;
        requested = purpose.trigger() == Trigger.MANUAL;
      }
    }
    result.revision().ifPresent(r -> revision = Optional.of(r));
    pin = result.pin();
    last = Optional.of(result.kind());
    message = result.message();
    held = result.held();
    health = result.health();
  }

  /** Runs as soon as it can, whatever happened before. */
  void anew(long now) {
    forgive();
    unfinished = false;
    passDue = now;
  }

  /** Runs as soon as it can, as a part of what was begun: going back is how that ends. */
  void goesOn(long now) {
    forgive();
    passDue = now;
  }

  /** What another replica did meanwhile is not known here. */
  void unknown(long now) {
    applied = Optional.empty();
    last = Optional.empty();
    held = Optional.empty();
    requested = false;
    anew(now);
  }

  /** It went well, or as well as a gate lets it. */
  void settled(PassResult result, long now, long interval, boolean needed) {
    settle();
    passDue = now + interval;
    lookDue = NEVER;
    if (result.verdict() == PassResult.Verdict.GOOD) {
      applied = result.revision();
      if (needed && result.health().status() != HealthStatus.HEALTHY) {
        passDue = Math.min(passDue, now + HEALTH_LOOK);
      }
    }
    if (result.healed()) {
      healing.healed(now);
    }
    long pause = healing.waitsUntil(now);
    if (pause > passDue) {
      // Healing waits, a new revision does not.
      lookDue = passDue;
      passDue = pause;
    }
  }

  /**
   * The revision failed.
   *
   * @return how long until it is tried again; empty when it is not
   */
  Optional<Duration> failed(PassResult result, boolean hopeless) {
    if (!sameState(failedRevision, result.revision())) {
      failed = 0;
    }
    failedRevision = result.revision();
    failed++;
    return hopeless ? Optional.empty() : rules.retry().after(failed);
  }

  /** Somebody did not answer, which is not the revision's fault: it is tried without a limit. */
  Duration unanswered() {
    unanswered++;
    RetryPolicy policy = rules.retry();
    return new RetryPolicy(-1, policy.first(), policy.factor(), policy.longest())
        .after(unanswered)
        .orElseThrow();
  }

  static boolean sameState(Optional<Revision> one, Optional<Revision> other) {
    return one.isPresent() == other.isPresent()
        && (one.isEmpty() || one.get().sameState(other.get()));
  }
}
