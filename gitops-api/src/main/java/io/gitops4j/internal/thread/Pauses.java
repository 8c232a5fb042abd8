package io.gitops4j.internal.thread;

import java.time.Duration;

/**
 * How long to pause before each look at something that takes its time: half as long again each
 * time, up to a longest one. Not thread-safe.
 */
public final class Pauses {
  private final Duration first;
  private final Duration longest;
  private Duration next;

  /** Begins with the first. */
  public Pauses(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** How long the next is; the one after is longer. */
  public Duration next() {
    Duration now = next;
    Duration longer = now.multipliedBy(3).dividedBy(2);
    next = longer.compareTo(longest) > 0 ? longest : longer;
    return now;
  }

  /** Something moved: it is worth looking soon again. */
  public void restart() {
    next = first;
  }
}
