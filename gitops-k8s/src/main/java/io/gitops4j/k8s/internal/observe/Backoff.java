package io.gitops4j.k8s.internal.observe;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait after each of several faults in a row: twice as long as before. Not thread-safe.
 */
final class Backoff {
  static final Duration FIRST = Duration.ofMillis(100);

  private static final Duration LONGEST = Duration.ofSeconds(30);

  private int faults;

  /** After one more fault; not sooner than the server said, in seconds, and never at once. */
  Duration next(int told) {
    faults++;
    long doubled = FIRST.toMillis() << Math.min(faults, 10);
    long bounded = Math.min(Math.max(doubled, told * 1000L), LONGEST.toMillis());
    return Duration.ofMillis(bounded + ThreadLocalRandom.current().nextLong(bounded / 4 + 1));
  }

  /** It went well. */
  void reset() {
    faults = 0;
  }
}
