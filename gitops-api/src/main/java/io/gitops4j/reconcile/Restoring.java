package io.gitops4j.reconcile;

import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.internal.thread.Pauses;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Brings a target back to where nothing of it is left, and waits until it is well. */
final class Restoring {
  private static final Duration FIRST_LOOK = Duration.ofMillis(200);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

  /** How long is waited when the context has no deadline. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration NEVER = Duration.ofDays(365);

  private final TargetId target;
  private final Destination<?> destination;
  private final Pinning pinning;
  private final Retries retries;

  Restoring(TargetId target, Destination<?> destination, Pinning pinning, Retries retries) {
    this.target = target;
    this.destination = destination;
    this.pinning = pinning;
    this.retries = retries;
  }

  /** Whoever wants to change what lives goes back; a restore would only hide that it lives. */
  void refuseIfAlive(Rollback wish, OperationContext context) {
    boolean begun =
        pinning
            .current(context)
            .pin()
            .filter(p -> p.revision().sameState(wish.revision()))
            .isPresent();
    if (begun) {
      return; // what lives is of a pass before, which did not get to its end
    }
    SortedMap<ResourceId, Health> alive = assess(context);
    // What cannot be seen is not known to be gone.
    alive.values().removeIf(h -> h.status() == HealthStatus.MISSING);
    if (!alive.isEmpty()) {
      throw new ApplyException(
          "RESTORE-NOT-EMPTY",
          Retryability.NEVER,
          target.name(),
          "it still owns "
              + alive.size()
              + " things that are live, such as "
              + alive.firstKey()
              + "; nothing was restored",
          "go back to the revision by a rollback, which changes and prunes what lives",
          null);
    }
  }

  /** A pass that applied everything is not the end: what it applied has to become well. */
  ReconcileOutcome awaitWell(ReconcileOutcome outcome, OperationContext context) {
    if (outcome.kind() != ReconcileOutcome.Kind.APPLIED
        && outcome.kind() != ReconcileOutcome.Kind.IN_SYNC) {
      return outcome;
    }
    Duration left = context.untilDeadline(NEVER);
    long end = System.nanoTime() + (left.equals(NEVER) ? PATIENCE : left).toNanos();
    Pauses pauses = new Pauses(FIRST_LOOK, LONGEST_LOOK);
    try {
      while (true) {
        Optional<Map.Entry<ResourceId, Health>> unwell = unwell(context);
        if (unwell.isEmpty()) {
          return outcome;
        }
        Duration pause = pauses.next();
        if (System.nanoTime() >= end || context.untilDeadline(pause).compareTo(pause) < 0) {
          return new ReconcileOutcome.Failed(outcome.pass(), unwell(unwell.get()));
        }
        context.pause(pause, Stage.HEALTH);
      }
    } catch (GitOpsException e) {
      return new ReconcileOutcome.Failed(outcome.pass(), e.failure());
    }
  }

  /** Whose health nobody can tell, and what Git suspends, is not waited for, as in a sync. */
  private Optional<Map.Entry<ResourceId, Health>> unwell(OperationContext context) {
    return assess(context).entrySet().stream()
        .filter(e -> !Verdict.fine(e.getValue().status()))
        .findFirst();
  }

  private Failure unwell(Map.Entry<ResourceId, Health> thing) {
    Health health = thing.getValue();
    return new Failure(
        Stage.HEALTH,
        "RESTORE-UNWELL",
        Retryability.RETRY,
        Optional.of(target + ": " + thing.getKey()),
        "everything is applied, but it is "
            + health.status().word()
            + (health.message().isEmpty() ? "" : ": " + health.message()),
        Optional.of("look at it; passes go on healing the revision"));
  }

  private SortedMap<ResourceId, Health> assess(OperationContext context) {
    Supplier<SortedMap<ResourceId, Health>> look =
        () -> destination.health().assess(target, context);
    return new TreeMap<>(retries.call(context, look));
  }
}
