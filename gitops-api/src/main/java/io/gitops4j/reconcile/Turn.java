package io.gitops4j.reconcile;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One pass of a target at a time: a second caller waits. Thread-safe. */
final class Turn {
  private static final Duration LONGEST = Duration.ofHours(1);

  private final TargetId target;
  private final ReentrantLock lock = new ReentrantLock();

  /** Of whoever has the turn. */
  private volatile @Nullable OperationContext running;

  Turn(TargetId target) {
    this.target = target;
  }

  /** Does something when nobody else does. */
  <T> T in(OperationContext context, Supplier<T> what) {
    take(context);
    try {
      running = context;
      return what.get();
    } finally {
      running = null;
      lock.unlock();
    }
  }

  /** Whoever has the turn need not wait for what it applied to become well. */
  void supersede() {
    OperationContext now = running;
    if (now != null) {
      now.supersede();
    }
  }

  private void take(OperationContext context) {
    context.checkActive(Stage.SOURCE);
    try {
      if (lock.isHeldByCurrentThread()) {
        throw new IllegalStateException("a pass of " + target + " was started from inside a pass");
      }
      if (!lock.tryLock(context.remaining(LONGEST).toMillis(), TimeUnit.MILLISECONDS)) {
        throw new OperationCancelledException(
            Stage.SOURCE, "another pass of " + target + " did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationCancelledException(
          Stage.SOURCE, "interrupted while another pass of " + target + " ran");
    }
  }
}
