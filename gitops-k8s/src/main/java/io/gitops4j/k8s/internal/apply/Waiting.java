package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;

/** Waits on the caller's thread, no longer than the pass may go on. */
final class Waiting {
  private static final Duration LOOK = Duration.ofMillis(100);

  private Waiting() {}

  static void forAtMost(Duration time, Stage stage, OperationContext context) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      context.checkActive(stage);
      try {
        Thread.sleep(Math.min(LOOK.toMillis(), Math.max(1, left / 1_000_000)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OperationCancelledException(stage, "the thread was interrupted");
      }
    }
  }
}
