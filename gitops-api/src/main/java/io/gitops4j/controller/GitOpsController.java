package io.gitops4j.controller;

import io.gitops4j.internal.thread.Alarm;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import io.gitops4j.reconcile.LiveListener;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps many targets in sync: at intervals, when something moves, and when somebody asks. Runs on
 * the executors it is lent and starts no thread. Thread-safe.
 */
public final class GitOpsController {
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
  private final Origins origins = new Origins();
  private final Set<TargetId> healAgain = ConcurrentHashMap.newKeySet();
  private final AtomicLong looksAtLeases = new AtomicLong();
  private final Object lock = new Object();
  private final Alarm alarm;
  private boolean started;
  private boolean stopped;

  GitOpsController(
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
    this.board =
        new Board(
            Rules.of(targets.values(), groups),
            builder.workerCount,
            builder.jitter,
            () -> ThreadLocalRandom.current().nextDouble(),
            leadership.isEmpty());
  }

  /**
   * Begins to describe a controller.
   *
   * @return a builder
   */
  public static ControllerBuilder builder() {
    return new ControllerBuilder();
  }

  /**
   * Begins. Every target that this replica may write is due at once. Nothing runs before; what was
   * suspended or asked for until then is remembered.
   *
   * @throws IllegalStateException when it was started before
   */
  public void start() {
    synchronized (lock) {
      if (started) {
        throw new IllegalStateException("a controller is started once");
      }
      started = true;
    }
    LiveListener moved = (target, thing) -> moved(target);
    targets.values().forEach(t -> t.reconciler().watch(moved));
    groups.forEach(g -> g.connect(this::due, workers, alarm.timer()));
    leadership.ifPresent(l -> l.start(Dependencies.groups(targets, groups), this::led));
    post(new BoardEvent.Started());
  }

  /**
   * Asks for a pass now. Ends a quarantine, and heals again what was fought over. Of several
   * replicas only the one that writes the target runs passes: ask all of them.
   *
   * @param target which; a suspended one runs when it is resumed
   * @throws IllegalArgumentException when there is no such target
   */
  public void trigger(TargetId target) {
    post(new BoardEvent.Triggered(List.of(known(target)), Cause.REQUEST));
  }

  private void due(TargetId target) {
    post(new BoardEvent.Triggered(List.of(known(target)), Cause.INPUT));
  }

  /**
   * Tells that a repository may have moved, as a webhook does. Its targets look; a revision that
   * failed before is not tried again because of it. Of several replicas each looks for those that
   * it writes: tell all of them.
   *
   * @param address of the repository, in any of the ways to write it
   * @return how many targets look: neither those that another replica writes nor suspended ones
   */
  public int triggerRepository(String address) {
    String wanted = RepositoryAddress.of(address);
    List<TargetId> hinted =
        targets.values().stream()
            .map(ScheduledTarget::rules)
            .filter(r -> r.repository().map(RepositoryAddress::of).equals(Optional.of(wanted)))
            .map(Rules::id)
            .toList();
    post(new BoardEvent.Triggered(hinted, Cause.REPOSITORY));
    synchronized (lock) {
      return (int) hinted.stream().map(board::state).filter(TargetState::runnable).count();
    }
  }

  /**
   * Runs no more passes of a target until it is resumed; a running one ends by itself.
   *
   * @param target which
   * @throws IllegalArgumentException when there is no such target
   */
  public void suspend(TargetId target) {
    post(new BoardEvent.Suspended(known(target)));
  }

  /**
   * Runs passes of a suspended target again, the first one now.
   *
   * @param target which
   * @throws IllegalArgumentException when there is no such target
   */
  public void resume(TargetId target) {
    post(new BoardEvent.Resumed(known(target)));
  }

  /**
   * Pins a target to an earlier revision, and asks for a pass that goes back to it. Any replica may
   * do so: the one that writes the target obeys. A running pass waits no more for another revision
   * to become well.
   *
   * @param target which
   * @param wish which revision, and for how long
   * @param context of the call
   * @return the pin
   * @throws IllegalArgumentException when there is no such target
   * @throws io.gitops4j.error.GitOpsException when the revision cannot be had, or the pin cannot be
   *     kept; nothing happens then
   */
  public Pin rollback(TargetId target, Rollback wish, OperationContext context) {
    Pin pin = reconciler(known(target)).pin(wish, context);
    trigger(target);
    return pin;
  }

  /**
   * Ends a pin, and asks for a pass that follows the source again.
   *
   * @param target which
   * @param context of the call
   * @return the pin that held; empty when there was none
   * @throws IllegalArgumentException when there is no such target
   * @throws io.gitops4j.error.GitOpsException when it cannot be removed
   */
  public Optional<Pin> release(TargetId target, OperationContext context) {
    Optional<Pin> pin = reconciler(known(target)).release(context);
    trigger(target);
    return pin;
  }

  /**
   * How a target stands.
   *
   * @param target which
   * @return its status right now
   * @throws IllegalArgumentException when there is no such target
   */
  public TargetStatus status(TargetId target) {
    synchronized (lock) {
      return TargetStatus.of(board.state(target), ticks.now());
    }
  }

  /**
   * How all targets stand.
   *
   * @return a status for each, in the order they were added
   */
  public List<TargetStatus> statuses() {
    synchronized (lock) {
      return targets.keySet().stream().map(this::status).toList();
    }
  }

  /**
   * Ends. No new pass begins; running ones may finish until the limit, then they are cancelled,
   * which ends them before their next write. So does a look at a source. Leases are given back.
   *
   * @param limit how long to wait for running passes and looks, zero to cancel at once
   * @return whether all of them ended, and listeners were told what followed; no pass begins
   *     afterwards. What still runs 10 seconds after it was cancelled ignores it
   */
  public boolean stop(Duration limit) {
    post(new BoardEvent.Stopped());
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

  private TargetId known(TargetId target) {
    synchronized (lock) {
      return board.state(target).rules.id();
    }
  }

  private void moved(TargetId target) {
    // A shared cluster tells of targets of others, too.
    if (targets.containsKey(target)) {
      post(new BoardEvent.Triggered(List.of(target), Cause.MOVED));
    }
  }

  private void led() {
    long look = looksAtLeases.incrementAndGet();
    Set<TargetId> mine = new HashSet<>();
    for (TargetId target : targets.keySet()) {
      leadership.flatMap(l -> l.permit(target)).ifPresent(p -> mine.add(target));
    }
    post(new BoardEvent.Led(mine, look));
  }

  private void post(BoardEvent event) {
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
          post(new BoardEvent.Ended(run.target(), PassResult.broken(Optional.empty(), thrown)));
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
        pass, () -> run(pass), thrown -> ended(pass, PassResult.broken(Optional.empty(), thrown)));
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

  private Reconciler<?> reconciler(TargetId id) {
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
                  ReconcileListener.all(List.of(listener, new PassFinder(this::post))));
      result = PassResult.of(outcome, pass.blocked());
    } catch (Throwable thrown) { // one target's defect must not reach the others
      LOG.error("the pass of {} ended with a defect", id, thrown);
      result = PassResult.broken(status(id).revision(), thrown);
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
    TargetEvents.tell(event, reconciler(event.target()).listener());
    TargetEvents.tell(event, listener);
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
