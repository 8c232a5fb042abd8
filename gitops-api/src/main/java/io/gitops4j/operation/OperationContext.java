package io.gitops4j.operation;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What one pass carries along: its identity, its deadline and its cancellation. Every stage checks
 * it before it writes and while it waits. Thread-safe.
 *
 * <p>The deadline is measured with {@link System#nanoTime()}: a wall clock that jumps moves
 * nothing.
 */
public final class OperationContext {
  private final String operationId;
  private final Optional<Long> deadlineNanos;
  private final CountDownLatch cancelled = new CountDownLatch(1);

  private OperationContext(String operationId, Optional<Long> deadlineNanos) {
    this.operationId = Objects.requireNonNull(operationId, "operationId");
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * A context without a deadline.
   *
   * @return a new context with an id of its own
   */
  public static OperationContext create() {
    return new OperationContext(UUID.randomUUID().toString(), Optional.empty());
  }

  /**
   * A context that ends after a time.
   *
   * @param limit how long the pass may take, positive
   * @return a new context with an id of its own
   * @throws IllegalArgumentException when the limit is not positive
   */
  public static OperationContext within(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("limit must be positive: " + limit);
    }
    return new OperationContext(
        UUID.randomUUID().toString(), Optional.of(System.nanoTime() + limit.toNanos()));
  }

  /**
   * The id that events of this pass carry.
   *
   * @return the id
   */
  public String operationId() {
    return operationId;
  }

  /** Asks the pass to end before its next write. */
  public void cancel() {
    cancelled.countDown();
  }

  /**
   * How long the pass may still take, bounded.
   *
   * @param atMost what to answer when the deadline is later or there is none
   * @return the smaller of both, zero when the deadline passed
   */
  public Duration remaining(Duration atMost) {
    if (deadlineNanos.isEmpty()) {
      return atMost;
    }
    Duration left = Duration.ofNanos(Math.max(0, deadlineNanos.get() - System.nanoTime()));
    return left.compareTo(atMost) < 0 ? left : atMost;
  }

  /**
   * Goes on only while the pass may.
   *
   * @param stage the stage that asks
   * @throws OperationCancelledException when the pass was cancelled, its thread interrupted (the
   *     flag stays set) or its deadline passed
   */
  public void checkActive(Stage stage) {
    if (cancelled.getCount() == 0) {
      throw new OperationCancelledException(stage, "the operation was cancelled");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new OperationCancelledException(stage, "the thread was interrupted");
    }
    if (deadlineNanos.isPresent() && deadlineNanos.get() - System.nanoTime() <= 0) {
      throw new OperationCancelledException(stage, "the deadline of the operation passed");
    }
  }

  /**
   * Waits on the caller's thread; a cancellation ends it at once.
   *
   * @param time how long, cut at the deadline
   * @param stage the stage that waits
   * @throws OperationCancelledException as {@link #checkActive} does
   */
  public void pause(Duration time, Stage stage) {
    checkActive(stage);
    try {
      cancelled.await(remaining(time).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    checkActive(stage);
  }
}
