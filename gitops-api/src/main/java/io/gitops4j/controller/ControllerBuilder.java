package io.gitops4j.controller;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileListener;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says what a controller runs, and on whose threads. Not thread-safe. */
public final class ControllerBuilder {
  /** What no test takes the place of. */
  static final LongSupplier SYSTEM = System::nanoTime;

  private final List<ScheduledTarget> added = new ArrayList<>();
  final List<TargetGroup> groups = new ArrayList<>();
  private final List<ReconcileListener> listeners = new ArrayList<>();
  @Nullable Executor workers;
  int workerCount;
  @Nullable ScheduledExecutorService timer;
  Clock clock = Clock.systemUTC();
  LongSupplier ticker = SYSTEM;
  double jitter = 0.1;
  Optional<Leadership> leadership = Optional.empty();

  ControllerBuilder() {}

  /**
   * Adds a target. Its name must be unique in the controller.
   *
   * @param target the target
   * @return this
   */
  public ControllerBuilder target(ScheduledTarget target) {
    added.add(Objects.requireNonNull(target, "target"));
    return this;
  }

  /**
   * Adds all targets of a group, such as those of a fleet.
   *
   * @param group the group
   * @return this
   */
  public ControllerBuilder targets(TargetGroup group) {
    groups.add(Objects.requireNonNull(group, "group"));
    group.targets().forEach(this::target);
    return this;
  }

  /**
   * Where passes run. Required.
   *
   * @param executor runs what it gets on threads of its own, never on the caller's; lent
   * @param atOnce how many passes run at once; the executor should have a few threads more, for
   *     looks at a source while a pass runs
   * @return this
   */
  public ControllerBuilder workers(Executor executor, int atOnce) {
    workers = Objects.requireNonNull(executor, "executor");
    workerCount = atOnce;
    return this;
  }

  /**
   * What wakes the controller when something is due. Required. No pass runs on it.
   *
   * @param executor one thread is enough; lent
   * @return this
   */
  public ControllerBuilder timer(ScheduledExecutorService executor) {
    timer = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * Adds somebody who hears of all targets.
   *
   * @param listener the listener
   * @return this
   */
  public ControllerBuilder listener(ReconcileListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * The part of an interval that is left to chance, so that targets that began together do not stay
   * together. Default: 0.1.
   *
   * @param share from 0 to 1
   * @return this
   */
  public ControllerBuilder jitter(double share) {
    jitter = share;
    return this;
  }

  /**
   * Which replica may write what, where there are several. Default: this one is alone, and may
   * write everything.
   *
   * @param among the replicas
   * @return this
   */
  public ControllerBuilder leadership(Leadership among) {
    leadership = Optional.of(among);
    return this;
  }

  /**
   * Says which clock times the events between passes. No wait depends on it. Default: the system's,
   * in UTC.
   *
   * @param times the clock
   * @return this
   */
  public ControllerBuilder clock(Clock times) {
    clock = Objects.requireNonNull(times, "times");
    return this;
  }

  /**
   * What all waits go by, for tests that do not want to wait. Default: {@link System#nanoTime()}.
   *
   * @param nanos never goes back
   * @return this
   */
  public ControllerBuilder ticker(LongSupplier nanos) {
    ticker = Objects.requireNonNull(nanos, "nanos");
    return this;
  }

  /**
   * Makes the controller. Nothing runs yet.
   *
   * @return the controller
   * @throws ConfigurationException that lists all problems; targets that depend on each other in a
   *     circle are printed
   */
  public GitOpsController build() {
    List<String> problems = new ArrayList<>();
    if (workers == null) {
      problems.add("workers are missing: give an executor that passes run on");
    } else if (workerCount < 1) {
      problems.add("at least one pass must run at once, not " + workerCount);
    }
    if (timer == null) {
      problems.add("timer is missing: give a ScheduledExecutorService");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      problems.add("jitter must be from 0 to 1, not " + jitter);
    }
    Map<TargetId, ScheduledTarget> targets = Dependencies.check(added, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException("controller", problems);
    }
    return new GitOpsController(
        targets, new Engine(this, targets, ReconcileListener.all(listeners)));
  }
}
