package io.gitops4j.health;

import io.gitops4j.error.Stage;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks again when the time of a call is over: for destinations that tell nothing by themselves.
 */
final class HealthPoll implements HealthWatch {
  private final HealthAssessor assessor;
  private final TargetId target;
  private @Nullable HealthTree last;

  HealthPoll(HealthAssessor assessor, TargetId target) {
    this.assessor = assessor;
    this.target = target;
  }

  @Override
  public Optional<HealthTree> next(Duration atMost, OperationContext context) {
    if (last != null) {
      context.pause(atMost, Stage.HEALTH);
    }
    HealthTree now = assessor.tree(target, context);
    boolean same = now.equals(last);
    last = now;
    return same ? Optional.empty() : Optional.of(now);
  }

  @Override
  public void close() {
    // It has opened nothing.
  }
}
