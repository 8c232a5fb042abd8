package io.gitops4j.internal.thread;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A lock that is waited for only as long as a pass may take. */
public final class Turn {
  private static final Duration LONGEST = Duration.ofHours(1);

  /** How long until a cancellation is noticed. */
  private static final long NOTICE = Duration.ofMillis(200).toNanos();

  private final ReentrantLock lock = new ReentrantLock();

  /** Whether this thread has it. */
  public boolean mine() {
    return lock.isHeldByCurrentThread();
  }

  /**
   * Waits for the lock; the caller gives it back.
   *
   * @param what is going on while it is waited for, such as "another pass of shop"
   */
  public void take(String what, Stage stage, OperationContext context) {
    context.checkActive(stage);
    long end = System.nanoTime() + context.untilDeadline(LONGEST).toNanos();
    try {
      while (!lock.tryLock(Math.min(NOTICE, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        if (System.nanoTime() - end >= 0) {
          throw new OperationCancelledException(stage, what + " did not end in time");
        }
        context.checkActive(stage);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationCancelledException(stage, "interrupted while waiting for " + what);
    }
  }

  /** Gives it back. */
  public void end() {
    lock.unlock();
  }
}
