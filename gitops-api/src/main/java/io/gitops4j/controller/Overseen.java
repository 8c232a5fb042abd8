package io.gitops4j.controller;

import io.gitops4j.internal.thread.LentThread;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;

/** What runs for a target on a thread that is lent, and has to end in time. Thread-safe. */
abstract sealed class Overseen permits RunningPass, RunningLook {
  /** What ignores its deadline is interrupted so much later, and given up after as much again. */
  private static final long GRACE = Duration.ofSeconds(10).toNanos();

  private final TargetId target;
  private final OperationContext context;
  private final long started;
  private final long limit;
  private final LentThread thread = new LentThread();

  /**
   * Not begun yet.
   *
   * @param started when
   * @param limit how long it may take
   */
  Overseen(TargetId target, OperationContext context, long started, Duration limit) {
    this.target = target;
    this.context = context;
    this.started = started;
    this.limit = limit.toNanos() + GRACE;
  }

  TargetId target() {
    return target;
  }

  OperationContext context() {
    return context;
  }

  long started() {
    return started;
  }

  /** Whether it is what the target's worker is at. */
  abstract boolean hasWorker();

  /** On the thread that runs it. */
  void begin() {
    thread.begin();
  }

  /** When it has to be looked after next, if it has not ended by then. */
  long nextOverdue(long now) {
    if (started + limit > now) {
      return started + limit;
    }
    return started + limit + GRACE > now ? started + limit + GRACE : TargetState.NEVER;
  }

  /**
   * What ignores its deadline may still heed an interrupt.
   *
   * @return whether it ignored that, too
   */
  boolean oversee(long now) {
    boolean late = now >= started + limit;
    boolean given = now >= started + limit + GRACE;
    if (late && !given) {
      thread.interrupt();
    }
    return given;
  }

  /** On the thread that ran it. */
  void end() {
    thread.end();
  }
}
