package io.gitops4j.tck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes when it is told to. Not thread-safe. */
public final class MovableClock extends Clock {
  private Instant now;

  /** Stands at a moment. */
  public MovableClock(Instant begin) {
    now = begin;
  }

  /** Goes on, or back. */
  public void forward(Duration by) {
    now = now.plus(by);
  }

  /** Stands at another moment. */
  public void set(Instant moment) {
    now = moment;
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
