package io.gitops4j.internal.thread;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Rings once, at the earliest moment it was set to. Used under its owner's lock. */
public final class Alarm {
  /** Later than any moment. */
  public static final long NEVER = Long.MAX_VALUE;

  private final ScheduledExecutorService timer;
  private final LongSupplier now;
  private final Runnable ring;
  private final Runnable refused;
  private @Nullable ScheduledFuture<?> set;
  private long at = NEVER;

  /**
   * Is set to nothing yet.
   *
   * @param now the clock that moments are of, in nanoseconds
   * @param refused is run when the timer takes nothing any more
   */
  public Alarm(ScheduledExecutorService timer, LongSupplier now, Runnable ring, Runnable refused) {
    this.timer = timer;
    this.now = now;
    this.ring = ring;
    this.refused = refused;
  }

  /** What rings it, for others who want to be woken. */
  public ScheduledExecutorService timer() {
    return timer;
  }

  /** Rings at that moment, or earlier when it was set to an earlier one. */
  public void set(long moment) {
    if (moment >= at && set != null || moment == NEVER) {
      return;
    }
    off();
    at = moment;
    try {
      set = timer.schedule(ring, Math.max(0, moment - now.getAsLong()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      refused.run();
    }
  }

  /** It rang. */
  public void rang() {
    set = null;
    at = NEVER;
  }

  /** Does not ring. */
  public void off() {
    if (set != null) {
      set.cancel(false);
    }
    rang();
  }
}
