package io.gitops4j.examples.cli;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Map;

/** Waits until what was applied is well. That it was applied stays true, whatever becomes of it. */
final class HealthWait {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private HealthWait() {}

  /**
   * The worst health once all is well, when the time is over, or when no other try can tell.
   *
   * @param known how well things were when the pass ended
   * @throws OperationCancelledException when the thread was interrupted
   */
  static Health until(
      Health known, HealthAssessor assessor, TargetId target, OperationContext context) {
    Health last = known;
    try {
      while (true) {
        try {
          last = worst(assessor.assess(target, context));
        } catch (OperationCancelledException e) {
          throw e;
        } catch (GitOpsException e) {
          // An answer that the deadline cut off says less than the one before.
          context.checkActive(Stage.HEALTH);
          last = new Health(HealthStatus.UNKNOWN, e.failure().code() + " " + e.failure().message());
          if (e.failure().retryability() != Retryability.RETRY) {
            return last;
          }
        }
        if (well(last)) {
          return last;
        }
        context.pause(PAUSE, Stage.HEALTH);
      }
    } catch (OperationCancelledException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return last;
    }
  }

  static boolean well(Health health) {
    return health.status() == HealthStatus.HEALTHY || health.status() == HealthStatus.SUSPENDED;
  }

  private static Health worst(Map<ResourceId, Health> all) {
    Health worst = Health.worst(all.values());
    return all.entrySet().stream()
        .filter(e -> !well(worst) && e.getValue().equals(worst))
        .findFirst()
        .map(e -> new Health(worst.status(), e.getKey() + ": " + worst.message()))
        .orElse(worst);
  }
}
