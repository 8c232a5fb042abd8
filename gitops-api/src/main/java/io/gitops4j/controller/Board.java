package io.gitops4j.controller;

import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.TargetEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * All targets, and what to do next. Decides only: no clock, no thread, no I/O; the same events at
 * the same moments lead to the same actions. Not thread-safe.
 */
final class Board {
  private final Map<TargetId, TargetState> states = new LinkedHashMap<>();
  private final Map<TargetId, List<TargetState>> dependents = new HashMap<>();
  private final Map<String, List<TargetState>> byRepository = new HashMap<>();
  private final DueTargets due = new DueTargets();
  final Slots slots;
  private final double jitter;
  private final DoubleSupplier random;
  private long ledLook;
  private boolean started;
  private boolean stopped;
  private List<BoardAction> actions = new ArrayList<>();

  /**
   * Every target is due at once.
   *
   * @param workers how many passes at once
   * @param jitter the part of an interval that is left to chance, from 0 to 1
   * @param random from 0 to 1
   * @param led whether this replica may write them from the start
   */
  Board(List<Rules> targets, int workers, double jitter, DoubleSupplier random, boolean led) {
    this.jitter = jitter;
    this.random = random;
    for (Rules rules : targets) {
      TargetState state = new TargetState(rules, led);
      states.put(rules.id(), state);
      rules
          .repository()
          .ifPresent(r -> byRepository.computeIfAbsent(r, x -> new ArrayList<>()).add(state));
      rules
          .dependsOn()
          .forEach(d -> dependents.computeIfAbsent(d, x -> new ArrayList<>()).add(state));
    }
    slots = new Slots(workers, targets.stream().map(Rules::tenant).distinct().count());
    states.values().forEach(due::add);
  }

  /** What follows from an event. */
  List<BoardAction> decide(BoardEvent event, Moment now) {
    actions = new ArrayList<>();
    if (event instanceof BoardEvent.Triggered e) {
      e.targets().forEach(t -> trigger(state(t), e.cause(), now.nanos(), now));
    } else if (event instanceof BoardEvent.Found e) {
      found(state(e.target()), e, now);
    } else if (event instanceof BoardEvent.Ended e) {
      ended(state(e.target()), e.result(), now);
    } else if (event instanceof BoardEvent.Looked e) {
      looked(state(e.target()), e, now);
    } else if (event instanceof BoardEvent.Stuck e) {
      stuck(state(e.target()), e.ranNanos(), now);
    } else if (event instanceof BoardEvent.Suspended e) {
      suspended(state(e.target()), true, now);
    } else if (event instanceof BoardEvent.Resumed e) {
      suspended(state(e.target()), false, now);
    } else if (event instanceof BoardEvent.Led e && e.look() > ledLook) {
      ledLook = e.look();
      states.values().forEach(s -> led(s, e.targets().contains(s.rules.id()), now));
    } else if (event instanceof BoardEvent.Started) {
      started = true;
    } else if (event instanceof BoardEvent.Stopped) {
      stopped = true;
    }
    if (open()) {
      queueDue(now);
      dispatch(now);
    }
    return actions;
  }

  /** When time alone makes something due. */
  long nextDue() {
    return open() ? due.next() : TargetState.NEVER;
  }

  private boolean open() {
    return started && !stopped;
  }

  /** What is known of a target. */
  TargetState state(TargetId id) {
    TargetState state = states.get(id);
    if (state == null) {
      throw new IllegalArgumentException(
          "no target " + id + "; there are " + states.keySet().stream().limit(20).toList());
    }
    return state;
  }

  private void trigger(TargetState s, Cause cause, long askedAt, Moment now) {
    if (cause.mayBeNewer()) {
      s.askedAt = Math.max(s.askedAt, askedAt);
      s.moving = true;
    }
    if (cause == Cause.REQUEST) {
      actions.add(new BoardAction.HealAgain(s.rules.id()));
    }
    if (s.phase == TargetPhase.RUNNING) {
      s.pending.add(cause);
      if (cause.mayBeNewer()) {
        lookBeside(s, now.nanos());
      }
      return;
    }
    wanted(s, cause, now);
  }

  private void wanted(TargetState s, Cause cause, Moment now) {
    String why = cause == Cause.REQUEST ? "somebody asked" : "what it depends on changed";
    changeTelling(s, () -> s.wanted(cause, now.nanos()), why, now);
  }

  /** Changes it, and tells when that ended a quarantine. */
  private void changeTelling(TargetState s, Runnable how, String why, Moment now) {
    boolean quarantined = s.quarantine.isPresent();
    due.change(s, how);
    if (quarantined && s.quarantine.isEmpty()) {
      tell(new TargetEvent.Released(s.rules.id(), now.time(), why));
    }
  }

  /** While a pass waits for something, a newer revision may make the wait pointless. */
  private void lookBeside(TargetState s, long now) {
    if (!s.looking && !s.lookingBeside && !s.stuck && s.revision.isPresent()) {
      due.change(
          s,
          () -> {
            s.lookingBeside = true;
            s.lookDue = now + s.rules.interval().toNanos();
          });
      actions.add(
          new BoardAction.Look(
              s.rules.id(), s.revision.get(), s.notBefore(now), BoardAction.Place.BESIDE));
    }
  }

  private void found(TargetState s, BoardEvent.Found found, Moment now) {
    if (s.found(found.revision(), found.pin())) {
      if (s.beginsAnew()) {
        actions.add(new BoardAction.BeginAnew(s.rules.id()));
      }
      for (TargetState sibling : s.rules.repository().map(byRepository::get).orElse(List.of())) {
        // Who found it before, or hears of it by its group, need not be told: n times n passes.
        if (!sibling.rules.together(s.rules)
            && sibling.revision.filter(found.revision()::sameState).isEmpty()) {
          // An answer that this pass got is new enough for the others.
          trigger(sibling, Cause.SIBLING, s.startedAt, now);
        }
      }
    }
  }

  private void ended(TargetState s, PassResult result, Moment now) {
    changeTelling(
        s,
        () -> {
          slots.release(s);
          s.ended(result, now.nanos());
          switch (result.verdict()) {
            case GOOD, HELD ->
                s.settled(result, now.nanos(), interval(s), dependents.containsKey(s.rules.id()));
            case GOES_BACK -> s.goesOn(now.nanos());
            case BLOCKED -> blockedInPass(s, now);
            case FAILED -> failed(s, result, now);
            case UNKNOWN -> retry(s, s.failed + s.unanswered + 1, s.unanswered(), now);
          }
        },
        "it is applied now",
        now);
    pending(s, now);
    for (TargetState dependent : dependents.getOrDefault(s.rules.id(), List.of())) {
      if (result.kind() == ReconcileOutcome.Kind.APPLIED) {
        trigger(dependent, Cause.INPUT, now.nanos(), now);
      }
      if (dependent.phase == TargetPhase.BLOCKED) {
        dependent.askedAt = Math.max(dependent.askedAt, s.startedAt);
        enqueue(dependent);
      }
    }
  }

  private void pending(TargetState s, Moment now) {
    Set<Cause> asked = Set.copyOf(s.pending);
    s.pending.clear();
    asked.forEach(c -> wanted(s, c, now));
  }

  /** Its gate saw that another target of the repository is not as far: that one goes first. */
  private void blockedInPass(TargetState s, Moment now) {
    Optional<TargetState> behind = Readiness.behind(s, states);
    s.passDue = now.nanos();
    if (behind.isPresent() && s.runnable()) { // it may have caught up meanwhile
      s.phase = TargetPhase.BLOCKED;
      waits(s, s.message, now);
      if (behind.get().pin.isEmpty()) { // what is pinned goes nowhere, however often it is asked
        trigger(behind.get(), Cause.SIBLING, s.startedAt, now);
      }
    }
  }

  private void waits(TargetState s, String reason, Moment now) {
    if (!s.waiting.equals(reason)) {
      s.waiting = reason;
      tell(new TargetEvent.Waiting(s.rules.id(), now.time(), reason));
    }
  }

  private void failed(TargetState s, PassResult result, Moment now) {
    Failure failure = result.failure().orElseThrow();
    boolean hopeless = failure.retryability() == Retryability.NEVER;
    Optional<Duration> wait = s.failed(result, hopeless);
    if (wait.isPresent()) {
      retry(s, s.failed, wait.get(), now);
      return;
    }
    s.passDue = TargetState.NEVER;
    s.lookDue = now.nanos() + interval(s);
    s.quarantine = Optional.of(failure);
    tell(
        new TargetEvent.Quarantined(s.rules.id(), now.time(), s.failedRevision, s.failed, failure));
  }

  /** While it waits to be tried again, its source is still looked at. */
  private void retry(TargetState s, int failed, Duration wait, Moment now) {
    s.passDue = now.nanos() + spread(wait.toNanos());
    s.lookDue = s.revision.isPresent() ? now.nanos() + interval(s) : TargetState.NEVER;
    tell(new TargetEvent.Retrying(s.rules.id(), now.time(), failed, wait));
  }

  private void looked(TargetState s, BoardEvent.Looked end, Moment now) {
    if (end.place() == BoardAction.Place.BESIDE) {
      due.change(s, () -> s.lookingBeside = false);
      if (end.newer() && s.phase == TargetPhase.RUNNING) {
        s.pending.add(Cause.REPOSITORY);
        actions.add(new BoardAction.Supersede(s.rules.id()));
      } else if (end.newer()) {
        wanted(s, Cause.REPOSITORY, now);
      }
      return;
    }
    changeTelling(
        s,
        () -> {
          slots.release(s);
          s.looked(end.newer(), now.nanos(), interval(s));
        },
        "there is a newer revision",
        now);
    pending(s, now);
  }

  private void stuck(TargetState s, long ranNanos, Moment now) {
    if (s.phase == TargetPhase.RUNNING && !s.stuck) {
      due.change(
          s,
          () -> {
            slots.release(s);
            s.stuck = true;
          });
      tell(new TargetEvent.Stuck(s.rules.id(), now.time(), Duration.ofNanos(ranNanos)));
    }
  }

  private void suspended(TargetState s, boolean suspend, Moment now) {
    if (s.suspended == suspend) {
      return;
    }
    withdraw(s);
    due.change(
        s,
        () -> {
          s.suspended = suspend;
          if (!suspend) {
            s.anew(now.nanos());
          }
        });
    tell(
        suspend
            ? new TargetEvent.Suspended(s.rules.id(), now.time())
            : new TargetEvent.Resumed(s.rules.id(), now.time()));
  }

  private void led(TargetState s, boolean leads, Moment now) {
    if (s.led == leads) {
      return;
    }
    withdraw(s);
    due.change(
        s,
        () -> {
          s.led = leads;
          s.unknown(now.nanos());
        });
    if (leads && s.phase == TargetPhase.RUNNING) {
      s.pending.add(Cause.INPUT);
    }
    tell(
        leads
            ? new TargetEvent.Gained(s.rules.id(), now.time())
            : new TargetEvent.Lost(s.rules.id(), now.time()));
  }

  private void withdraw(TargetState s) {
    if (s.phase == TargetPhase.QUEUED || s.phase == TargetPhase.BLOCKED) {
      slots.withdraw(s);
      due.change(s, s::withdrawn);
    }
  }

  private void queueDue(Moment now) {
    for (Optional<TargetState> next = due.at(now.nanos());
        next.isPresent();
        next = due.at(now.nanos())) {
      TargetState s = next.get();
      if (s.phase == TargetPhase.RUNNING) {
        lookBeside(s, now.nanos());
        if (s.due() <= now.nanos()) {
          due.change(s, () -> s.lookDue = now.nanos() + interval(s));
        }
      } else {
        enqueue(s);
      }
    }
  }

  private void enqueue(TargetState s) {
    due.change(s, () -> s.phase = TargetPhase.QUEUED);
    slots.queue(s);
  }

  private void dispatch(Moment now) {
    for (Optional<TargetState> next = slots.next(); next.isPresent(); next = slots.next()) {
      TargetState s = next.get();
      boolean pass = s.passDue <= now.nanos() || s.revision.isEmpty();
      Optional<String> reason = pass ? Readiness.notReady(s, states) : Optional.empty();
      if (reason.isPresent()) {
        due.change(s, () -> s.phase = TargetPhase.BLOCKED);
        waits(s, reason.get(), now);
      } else {
        start(s, pass, now.nanos());
      }
    }
  }

  private void start(TargetState s, boolean pass, long now) {
    long notBefore = s.notBefore(now);
    due.change(s, () -> s.started(pass, now));
    slots.take(s);
    actions.add(
        pass
            ? new BoardAction.Run(s.rules.id(), notBefore, s.purpose)
            : new BoardAction.Look(
                s.rules.id(), s.revision.orElseThrow(), notBefore, BoardAction.Place.ALONE));
  }

  /** Why a running pass must not apply what it found: another target has to be as far first. */
  Optional<String> notAsFar(TargetId id, Revision found) {
    TargetState s = state(id);
    s.revision = Optional.of(found);
    return Readiness.notAsFar(s, states);
  }

  /** The part that is left to chance keeps targets that began together from meeting again. */
  private long interval(TargetState s) {
    return spread(s.rules.interval().toNanos());
  }

  private long spread(long nanos) {
    return nanos + (long) (nanos * jitter * random.getAsDouble());
  }

  private void tell(TargetEvent event) {
    actions.add(new BoardAction.Tell(event));
  }
}
