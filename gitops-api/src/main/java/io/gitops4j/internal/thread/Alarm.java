package io.gitops4j.controller;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rings once, at the earliest moment it was set to. Used under its owner's lock. */
final class Alarm {
  private static final Logger LOG = LoggerFactory.getLogger(GitOpsController.class);

  private final ScheduledExecutorService timer;
  private final LongSupplier now;
  private final Runnable ring;
  private @Nullable ScheduledFuture<?> set;
  private long at = TargetState.NEVER;

  Alarm(ScheduledExecutorService timer, LongSupplier now, Runnable ring) {
    this.timer = timer;
    this.now = now;
    this.ring = ring;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  /** Rings at that moment, or earlier when it was set to an earlier one. */
  void set(long moment) {
    if (moment >= at && set != null || moment == TargetState.NEVER) {
      return;
    }
    off();
    at = moment;
    try {
      set = timer.schedule(ring, Math.max(0, moment - now.getAsLong()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.error("the timer was shut down; nothing runs by itself any more");
    }
  }

  /** It rang. */
  void rang() {
    set = null;
    at = TargetState.NEVER;
  }

  /** Does not ring. */
  void off() {
    if (set != null) {
      set.cancel(false);
    }
    rang();
  }
}
