package io.gitops4j.controller;

import io.gitops4j.diff.Plan;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** A pass while it runs: what can be done about it from outside, and what holds it from inside. */
final class RunningPass extends Overseen implements Gate {
  private final Function<Revision, Optional<String>> notAsFar;
  private volatile boolean blocked;

  /**
   * Not begun yet.
   *
   * @param notAsFar tells of a revision which other target has to apply it first
   * @param started when
   * @param limit how long it may take
   */
  RunningPass(
      TargetId target,
      OperationContext context,
      Function<Revision, Optional<String>> notAsFar,
      long started,
      Duration limit) {
    super(target, context, started, limit);
    this.notAsFar = notAsFar;
  }

  /** Whether another target has to apply the revision first. */
  boolean blocked() {
    return blocked;
  }

  @Override
  boolean hasWorker() {
    return true;
  }

  @Override
  public GateDecision decide(Plan<?> plan, OperationContext pass) {
    Optional<String> reason = notAsFar.apply(plan.desired().revision());
    blocked = reason.isPresent();
    return reason.map(GateDecision::held).orElseGet(GateDecision::allowed);
  }
}
