package io.gitops4j.controller;

import java.util.function.LongSupplier;

/** The time that a controller's waits go by, in nanoseconds since it was made. Thread-safe. */
final class Ticks {
  private final LongSupplier ticker;
  private final long origin;

  Ticks(LongSupplier ticker) {
    this.ticker = ticker;
    this.origin = ticker.getAsLong();
  }

  long now() {
    return ticker.getAsLong() - origin;
  }

  /** A moment as {@link System#nanoTime()} told it. */
  long nanoTime(long moment) {
    // To measure an age and take it off a later moment would ask again what was just answered.
    return ticker == ControllerBuilder.SYSTEM
        ? origin + moment
        : System.nanoTime() - (now() - moment);
  }
}
