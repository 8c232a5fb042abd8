package io.gitops4j.controller;

import io.gitops4j.error.Stage;
import io.gitops4j.internal.thread.Alarm;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import io.gitops4j.reconcile.DefectStage;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.TargetEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the board decides: passes and looks on the workers it is lent, an alarm for what time
 * alone makes due, leases, and what listeners are told. Thread-safe.
 */
final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(GitOpsController.class);

  /** How long what was cancelled may take to end. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Map<TargetId, ScheduledTarget> targets;
  private final List<TargetGroup> groups;
  private final Executor workers;
  private final Clock clock;
  private final Ticks ticks;
  private final Optional<Leadership> leadership;
  private final ReconcileListener listener;
  private final Board board;
  private final RunningPasses running;
  private final Moves moves;
  private final Origins origins = new Origins();
  private final Set<TargetId> healAgain = ConcurrentHashMap.newKeySet();
  private final AtomicLong looksAtLeases = new AtomicLong();
  private final Object lock = new Object();
  private final Alarm alarm;
  private boolean started;
  private boolean stopped;

  Engine(
      ControllerBuilder builder,
      Map<TargetId, ScheduledTarget> targets,
      ReconcileListener listener) {
    this.targets = targets;
    this.workers = Objects.requireNonNull(builder.workers);
    this.running = new RunningPasses(workers);
    this.clock = builder.clock;
    this.ticks = new Ticks(builder.ticker);
    this.groups = List.copyOf(builder.groups);
    this.alarm =
        new Alarm(
            Objects.requireNonNull(builder.timer),
            ticks::now,
            this::wake,
            () -> LOG.error("the timer was shut down; nothing runs by itself any more"));
    this.leadership = builder.leadership;
    this.listener = listener;
    this.moves = new Moves(targets, t -> post(new BoardEvent.Triggered(List.of(t), Cause.MOVED)));
    this.board =
        new Board(
            Rules.of(targets.values(), groups),
            builder.workerCount,
            builder.jitter,
            () -> ThreadLocalRandom.current().nextDouble(),
            leadership.isEmpty());
  }

  /** Begins; see {@link GitOpsController#start}. */
  void start() {
    synchronized (lock) {
      if (started) {
        throw new IllegalStateException("a controller is started once");
      }
      started = true;
    }
    moves.listen();
    groups.forEach(g -> g.connect(this::due, workers, alarm.timer()));
    leadership.ifPresent(l -> l.start(Dependencies.groups(targets, groups), this::led));
    post(new BoardEvent.Started());
  }

  /** Ends; see {@link GitOpsController#stop}. */
  boolean stop(Duration limit) {
    post(new BoardEvent.Stopped());
    moves.close();
    running.close();
    synchronized (lock) {
      stopped = true;
      alarm.off();
    }
    boolean ended = running.awaitEnd(limit);
    if (!ended) {
      running.cancel();
      ended = running.awaitEnd(GRACE);
    }
    leadership.ifPresent(l -> l.stop(running.targets()));
    return ended;
  }

  /** Looks at the board while nothing is decided. */
  <T> T look(Function<Board, T> what) {
    synchronized (lock) {
      return what.apply(board);
    }
  }

  /** When it is, by the clock that the board goes by. */
  long now() {
    return ticks.now();
  }

  private void due(TargetId target) {
    post(new BoardEvent.Triggered(List.of(target), Cause.INPUT));
  }

  private void led() {
    long look = looksAtLeases.incrementAndGet();
    Set<TargetId> mine = new HashSet<>();
    for (TargetId target : targets.keySet()) {
      leadership.flatMap(l -> l.permit(target)).ifPresent(p -> mine.add(target));
    }
    post(new BoardEvent.Led(mine, look));
  }

  /** Decides, and does what was decided. */
  void post(BoardEvent event) {
    List<BoardAction> actions;
    synchronized (lock) {
      actions = board.decide(event, new Moment(ticks.now(), clock.instant()));
      setAlarm();
    }
    for (BoardAction action : actions) {
      try {
        perform(action);
      } catch (Throwable thrown) { // the board counts on all of them
        LOG.error("could not do what was decided: {}", action, thrown);
        if (action instanceof BoardAction.Run run) {
          post(
              new BoardEvent.Ended(
                  run.target(), PassResult.broken(Optional.empty(), Stage.PASS, thrown)));
        }
      }
    }
  }

  private void perform(BoardAction action) {
    if (action instanceof BoardAction.Run run) {
      begin(run);
    } else if (action instanceof BoardAction.Look look) {
      begin(look);
    } else if (action instanceof BoardAction.Supersede newer) {
      running.of(newer.target()).ifPresent(p -> p.context().supersede());
    } else if (action instanceof BoardAction.BeginAnew anew) {
      running.of(anew.target()).ifPresent(p -> origins.beginAnew(anew.target(), p.context()));
    } else if (action instanceof BoardAction.HealAgain again) {
      healAgain.add(again.target());
    } else if (action instanceof BoardAction.Tell tell) {
      tell(tell.event());
    }
  }

  private void setAlarm() {
    synchronized (lock) {
      long next = Math.min(board.nextDue(), running.nextOverdue(ticks.now()));
      alarm.set(stopped ? TargetState.NEVER : next);
    }
  }

  private OperationContext context(TargetId target, long notBefore) {
    return OperationContext.within(limit(target)).withAnswersSince(ticks.nanoTime(notBefore));
  }

  private void begin(BoardAction.Run run) {
    TargetId id = run.target();
    OperationContext context = origins.of(run, context(id, run.notBefore()));
    if (leadership.isPresent()) {
      Optional<Permit> permit = leadership.get().permit(id);
      if (permit.isEmpty()) {
        led(); // it was lost since the board heard of it
        post(new BoardEvent.Ended(id, PassResult.unled()));
        return;
      }
      context = context.withPermit(permit.get());
    }
    RunningPass pass =
        new RunningPass(id, context, found -> notAsFar(id, found), ticks.now(), limit(id));
    running.begin(
        pass,
        () -> run(pass),
        thrown -> ended(pass, PassResult.broken(Optional.empty(), Stage.PASS, thrown)));
    setAlarm();
  }

  private void begin(BoardAction.Look look) {
    TargetId id = look.target();
    RunningLook begun =
        new RunningLook(look, context(id, look.notBefore()), ticks.now(), limit(id));
    running.begin(
        begun, () -> ended(begun, begun.findsNewer(reconciler(id))), thrown -> ended(begun, false));
    setAlarm();
  }

  private Duration limit(TargetId id) {
    return targets.get(id).passLimit();
  }

  Reconciler<?> reconciler(TargetId id) {
    return targets.get(id).reconciler();
  }

  private Optional<String> notAsFar(TargetId id, Revision found) {
    synchronized (lock) {
      return board.notAsFar(id, found);
    }
  }

  private void run(RunningPass pass) {
    TargetId id = pass.target();
    PassResult result;
    DefectStage defect = new DefectStage();
    pass.begin();
    try {
      if (healAgain.remove(id)) {
        reconciler(id).healAgain(pass.context());
      }
      ReconcileOutcome outcome =
          reconciler(id)
              .pass(
                  pass.context(),
                  List.of(pass),
                  ReconcileListener.all(List.of(listener, defect, new PassFinder(this::post))));
      result = PassResult.of(outcome, pass.blocked());
    } catch (Throwable thrown) { // one target's defect must not reach the others
      LOG.error("the pass of {} ended with a defect", id, thrown);
      result = PassResult.broken(look(b -> b.state(id).revision), defect.stage(), thrown);
    } finally {
      pass.end();
    }
    ended(pass, result);
  }

  private void ended(RunningPass pass, PassResult result) {
    running.ends(pass, () -> post(new BoardEvent.Ended(pass.target(), result)));
  }

  private void ended(RunningLook look, boolean newer) {
    running.ends(look, () -> post(new BoardEvent.Looked(look.target(), look.place(), newer)));
  }

  private void tell(TargetEvent event) {
    event.tell(reconciler(event.target()).listener());
    event.tell(listener);
  }

  private void wake() {
    synchronized (lock) {
      alarm.rang();
    }
    long now = ticks.now();
    running.oversee(now, p -> post(new BoardEvent.Stuck(p.target(), now - p.started())));
    post(new BoardEvent.Tick());
  }
}
