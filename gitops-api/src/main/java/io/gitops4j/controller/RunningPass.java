package io.gitops4j.controller;

import io.gitops4j.diff.Plan;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.internal.thread.LentThread;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** A pass while it runs: what can be done about it from outside, and what holds it from inside. */
final class RunningPass implements Gate {
  /** How long an interrupt may take. */
  private static final long GRACE = Duration.ofSeconds(10).toNanos();

  private final TargetId target;
  private final OperationContext context;
  private final Function<Revision, Optional<String>> notAsFar;
  private final long started;
  private final long limit;
  private final LentThread thread = new LentThread();
  private volatile boolean blocked;

  /**
   * Not begun yet.
   *
   * @param notAsFar tells of a revision which other target has to apply it first
   * @param started when
   * @param limit after which it has ignored its deadline
   */
  RunningPass(
      TargetId target,
      OperationContext context,
      Function<Revision, Optional<String>> notAsFar,
      long started,
      Duration limit) {
    this.target = target;
    this.context = context;
    this.notAsFar = notAsFar;
    this.started = started;
    this.limit = limit.toNanos();
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

  /** Whether another target has to apply the revision first. */
  boolean blocked() {
    return blocked;
  }

  @Override
  public GateDecision decide(Plan<?> plan, OperationContext pass) {
    Optional<String> reason = notAsFar.apply(plan.desired().revision());
    blocked = reason.isPresent();
    return reason.map(GateDecision::held).orElseGet(GateDecision::allowed);
  }

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
