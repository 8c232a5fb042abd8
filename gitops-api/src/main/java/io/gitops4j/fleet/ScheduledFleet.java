package io.gitops4j.fleet;

import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.controller.TargetGroup;
import io.gitops4j.internal.thread.Alarm;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.render.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fleet under a controller: a target for each cluster, with a source that moves when the cluster
 * may have what it moves to. A cluster whose turn it is not goes on being healed at the revision
 * that it has. Thread-safe.
 *
 * @param <D> the kind of desired state
 */
public final class ScheduledFleet<D extends Desired> implements TargetGroup {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

  private final FleetSpec<D> spec;
  private final ClusterResults results;
  private final Convoy<D> convoy;
  private final Course course;
  private final List<ScheduledTarget> targets = new ArrayList<>();
  private final AtomicInteger unread = new AtomicInteger();
  private volatile @Nullable Consumer<TargetId> run;
  private volatile Executor workers = Runnable::run;

  /** Under the fleet's lock; there is none before it is connected. */
  private @Nullable Alarm alarm;

  ScheduledFleet(FleetSpec<D> spec, BiConsumer<String, ScheduledTarget.Builder> schedule) {
    this.spec = spec;
    this.results = new ClusterResults(spec);
    this.convoy = new Convoy<>(spec, Hearing::new, this::posted);
    this.course = new Course(spec, convoy, results);
    convoy
        .reconcilers()
        .forEach(
            (name, reconciler) -> {
              ScheduledTarget.Builder target =
                  ScheduledTarget.builder(reconciler).passLimit(spec.pace().limit()).tenant(name);
              schedule.accept(name, target);
              targets.add(target.build());
            });
  }

  /**
   * How the fleet stands right now.
   *
   * @return the newest revision, and how each cluster stands to it
   */
  public FleetOutcome standing() {
    return course.outcome();
  }

  /**
   * The clusters one by one, for a plan, a look at fights, or a rollback of one of them alone: it
   * goes by the revision that the cluster may have, and waits for a pass of the controller.
   *
   * @return a reconciler for each cluster, by name
   */
  public Map<String, Reconciler<D>> clusters() {
    return Map.copyOf(convoy.reconcilers());
  }

  @Override
  public List<ScheduledTarget> targets() {
    return List.copyOf(targets);
  }

  @Override
  public synchronized void connect(
      Consumer<TargetId> due, Executor lent, ScheduledExecutorService timer) {
    run = due;
    workers = lent;
    alarm =
        new Alarm(
            timer,
            System::nanoTime,
            this::rang,
            () ->
                LOG.warn(
                    "the timer of fleet {} was shut down; its waves wait for passes", spec.id()));
  }

  /**
   * A gate may take its time: who posts, be it a pass, the timer or who tells of leases, does not
   * wait for it. Whatever is posted while a worker is at it is left to that one.
   */
  private void posted() {
    if (unread.getAndIncrement() > 0) {
      return;
    }
    try {
      workers.execute(this::drive);
    } catch (Throwable thrown) { // there may be no thread for it
      unread.set(0);
      LOG.warn("the workers refuse fleet {}; its waves wait for passes", spec.id(), thrown);
    }
  }

  private void drive() {
    int read;
    do {
      read = unread.get();
      for (RolloutAction next = convoy.next(); next != null; next = convoy.next()) {
        RolloutAction action = next;
        guard(() -> perform(action));
      }
      guard(course::tellNews);
      guard(this::setAlarm);
    } while (unread.addAndGet(-read) > 0);
  }

  /** Whoever leaves by an error leaves what is unread to nobody, for ever. */
  private void guard(Runnable step) {
    try {
      step.run();
    } catch (Throwable thrown) {
      LOG.error("a step of fleet {} failed; the next ones are taken", spec.id(), thrown);
    }
  }

  private void perform(RolloutAction action) {
    if (action instanceof RolloutAction.Give give) {
      run(give.cluster());
    } else if (action instanceof RolloutAction.Check check) {
      run(check.cluster());
    } else if (action instanceof RolloutAction.GaveUp gaveUp) {
      // If a pass still runs, the controller ends it: it oversees all of them.
      results.gaveUp(gaveUp);
    } else {
      course.follow(action, OperationContext.within(spec.pace().limit()));
    }
  }

  private void run(String cluster) {
    Consumer<TargetId> now = run;
    if (now != null) {
      now.accept(spec.member(cluster).target());
    }
  }

  private synchronized void setAlarm() {
    if (alarm != null) {
      alarm.set(convoy.look(Rollout::nextDue));
    }
  }

  private void rang() {
    synchronized (this) {
      if (alarm != null) {
        alarm.rang();
      }
    }
    convoy.post(new RolloutEvent.Tick());
  }

  /** What the controller's passes tell of one cluster. A look of somebody's says nothing. */
  private final class Hearing implements ReconcileListener {
    private final String cluster;

    Hearing(String cluster) {
      this.cluster = cluster;
    }

    @Override
    public void started(ReconcileEvent.Started event) {
      if (event.applies()) {
        convoy.post(new RolloutEvent.Began(cluster));
      }
    }

    @Override
    public void finished(ReconcileEvent.Finished event) {
      if (!event.applies()) {
        return;
      }
      Optional<Revision> given = convoy.look(r -> r.given(cluster));
      convoy.post(
          given
              .or(event.outcome().pass()::revision)
              .map(r -> results.ended(cluster, event.outcome(), r))
              .orElseGet(() -> new RolloutEvent.Ended(cluster)));
    }

    @Override
    public void suspended(TargetEvent.Suspended event) {
      convoy.post(new RolloutEvent.Hindered(cluster));
    }

    @Override
    public void resumed(TargetEvent.Resumed event) {
      convoy.post(new RolloutEvent.Freed(cluster));
    }

    @Override
    public void waiting(TargetEvent.Waiting event) {
      convoy.post(new RolloutEvent.Hindered(cluster));
    }

    @Override
    public void stuck(TargetEvent.Stuck event) {
      convoy.post(new RolloutEvent.Hindered(cluster));
    }

    @Override
    public void lost(TargetEvent.Lost event) {
      convoy.forget(cluster);
    }

    /** A look while another replica had it learned what was so then. */
    @Override
    public void gained(TargetEvent.Gained event) {
      convoy.learnAnew(cluster);
    }
  }
}
