package io.gitops4j.operation;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What one pass carries along: its identity, its deadline and its cancellation. Every stage checks
 * it before it writes and while it waits. Thread-safe.
 *
 * <p>The deadline is measured with {@link System#nanoTime()}: a wall clock that jumps moves
 * nothing.
 */
public final class OperationContext {
  private final String operationId;
  private final String origin;
  private final Optional<Long> deadlineNanos;
  private final Optional<Long> notBeforeNanos;
  private final Optional<Permit> permit;
  private final Trigger trigger;
  private final Signals signals;

  /** What is told to a pass from outside, whichever of its contexts it looks at. */
  private record Signals(
      CountDownLatch cancelled,
      AtomicBoolean superseded,
      AtomicBoolean passSuperseded,
      AtomicBoolean beginsAnew) {
    Signals() {
      this(new CountDownLatch(1), new AtomicBoolean(), new AtomicBoolean(), new AtomicBoolean());
    }
  }

  private OperationContext(
      String operationId,
      String origin,
      Optional<Long> deadlineNanos,
      Optional<Long> notBeforeNanos,
      Optional<Permit> permit,
      Trigger trigger,
      Signals signals) {
    this.signals = signals;
    this.operationId = Objects.requireNonNull(operationId, "operationId");
    this.origin = Objects.requireNonNull(origin, "origin");
    this.deadlineNanos = deadlineNanos;
    this.notBeforeNanos = notBeforeNanos;
    this.permit = Objects.requireNonNull(permit, "permit");
    this.trigger = Objects.requireNonNull(trigger, "trigger");
  }

  /**
   * A context without a deadline.
   *
   * @return a new context with an id of its own
   */
  public static OperationContext create() {
    return begin(Optional.empty());
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
    return begin(Optional.of(System.nanoTime() + limit.toNanos()));
  }

  private static OperationContext begin(Optional<Long> deadlineNanos) {
    String id = UUID.randomUUID().toString();
    return new OperationContext(
        id,
        id,
        deadlineNanos,
        Optional.empty(),
        Optional.empty(),
        Trigger.AUTOMATIC,
        new Signals());
  }

  /**
   * The same pass, which takes an answer of a source that somebody else got not long ago.
   *
   * @param age how old it may be as of now, not negative
   * @return a context of the same pass: whoever cancels one cancels both
   */
  public OperationContext withFreshness(Duration age) {
    if (age.isNegative()) {
      throw new IllegalArgumentException("an age is not negative: " + age);
    }
    return withAnswersSince(System.nanoTime() - age.toNanos());
  }

  /**
   * The same pass, which takes an answer of a source that was asked for since a moment. Many passes
   * that were asked for at one moment so share one answer, whenever they begin.
   *
   * @param nanos the moment, as {@link System#nanoTime()} told it
   * @return a context of the same pass: whoever cancels one cancels both
   */
  public OperationContext withAnswersSince(long nanos) {
    return new OperationContext(
        operationId, origin, deadlineNanos, Optional.of(nanos), permit, trigger, signals);
  }

  /**
   * The same pass, which writes only while a right to write holds.
   *
   * @param right to write
   * @return a context of the same pass: whoever cancels one cancels both
   */
  public OperationContext withPermit(Permit right) {
    return new OperationContext(
        operationId, origin, deadlineNanos, notBeforeNanos, Optional.of(right), trigger, signals);
  }

  /**
   * The same pass, begun by somebody or something else.
   *
   * @param by what began it
   * @return a context of the same pass: whoever cancels one cancels both
   */
  public OperationContext withTrigger(Trigger by) {
    return new OperationContext(
        operationId, origin, deadlineNanos, notBeforeNanos, permit, by, signals);
  }

  /**
   * The same pass, as another try of what an earlier one began.
   *
   * @param first the id of the pass that began it
   * @return a context of the same pass: whoever cancels one cancels both
   */
  public OperationContext withOrigin(String first) {
    return new OperationContext(
        operationId, first, deadlineNanos, notBeforeNanos, permit, trigger, signals);
  }

  /**
   * Which pass began what this one tries again.
   *
   * @return its id; the id of this pass when it is the first
   */
  public String origin() {
    return signals.beginsAnew().get() ? operationId : origin;
  }

  /**
   * Tells that the pass found something newer than what it was to try again: of that it is the
   * first, and nobody asked for it.
   */
  public void beginAnew() {
    signals.beginsAnew().set(true);
  }

  /**
   * What began the pass.
   *
   * @return {@link Trigger#AUTOMATIC} unless it was said otherwise
   */
  public Trigger trigger() {
    return signals.beginsAnew().get() ? Trigger.AUTOMATIC : trigger;
  }

  /**
   * How old an answer of a source may be by now: what was new enough when the pass was asked for
   * stays new enough.
   *
   * @return zero when the source has to be asked
   */
  public Duration freshness() {
    return notBeforeNanos
        .map(n -> Duration.ofNanos(Math.max(0, System.nanoTime() - n)))
        .orElse(Duration.ZERO);
  }

  /**
   * The right that the pass writes under.
   *
   * @return empty when it needs none, because nobody else is there
   */
  public Optional<Permit> permit() {
    return permit;
  }

  /**
   * Tells that there is a newer revision, about which the caller runs another pass. A wait ends;
   * what is being written is finished; nothing is tried again.
   */
  public void supersede() {
    signals.superseded().set(true);
  }

  /**
   * Tells the same to the pass that runs right now. What else is run with this context, such as
   * another try, is about what is wanted by then, and is told nothing.
   */
  public void supersedePass() {
    signals.passSuperseded().set(true);
  }

  /** Tells that the pass has ended which {@link #supersedePass()} was about. */
  public void passEnded() {
    signals.passSuperseded().set(false);
  }

  /**
   * Whether there is a newer revision than the one this pass is about. Whoever waits for something
   * to become well looks at it; whoever writes does not.
   *
   * @return true once it was told
   */
  public boolean superseded() {
    return signals.superseded().get() || signals.passSuperseded().get();
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
    signals.cancelled().countDown();
  }

  /**
   * How long the pass may still take as far as is known now, bounded. The right to write counts,
   * and may be renewed: this is for one step of a wait that asks again.
   *
   * @param atMost what to answer when it may take longer
   * @return zero when the deadline passed or the right ended
   */
  public Duration remaining(Duration atMost) {
    Duration left = untilDeadline(atMost);
    return permit.isPresent() ? shorter(left, permit.get().remaining()) : left;
  }

  /**
   * How long until the deadline, bounded, however long the right to write holds: for whoever
   * decides once what there is time for.
   *
   * @param atMost what to answer when the deadline is later or there is none
   * @return zero when the deadline passed
   */
  public Duration untilDeadline(Duration atMost) {
    return deadlineNanos
        .map(d -> shorter(atMost, Duration.ofNanos(Math.max(0, d - System.nanoTime()))))
        .orElse(atMost);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /**
   * Goes on only while the pass may.
   *
   * @param stage the stage that asks
   * @throws OperationCancelledException when the pass was cancelled, its thread interrupted (the
   *     flag stays set), its deadline passed or its right to write ended
   */
  public void checkActive(Stage stage) {
    if (signals.cancelled().getCount() == 0) {
      throw new OperationCancelledException(stage, "the operation was cancelled");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new OperationCancelledException(stage, "the thread was interrupted");
    }
    if (deadlineNanos.isPresent() && deadlineNanos.get() - System.nanoTime() <= 0) {
      throw new OperationCancelledException(stage, "the deadline of the operation passed");
    }
    if (permit.isPresent() && permit.get().remaining().isZero()) {
      throw new OperationCancelledException(
          stage, "its lease " + permit.get().token() + " ended; another replica may write now");
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
    long end = System.nanoTime() + time.toNanos();
    Duration left = time;
    do {
      checkActive(stage);
      try {
        signals.cancelled().await(remaining(left).toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      left = Duration.ofNanos(end - System.nanoTime());
    } while (!left.isNegative() && !left.isZero());
    checkActive(stage);
  }
}
