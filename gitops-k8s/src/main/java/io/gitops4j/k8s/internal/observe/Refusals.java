package io.gitops4j.k8s.internal.observe;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a server will refuse again for a while, and is not asked for. Not thread-safe. */
final class Refusals {
  private static final long WAIT = Duration.ofMinutes(10).toNanos();

  private final LongSupplier now;
  private long noWatchUntil;
  private long noListUntil;
  private @Nullable Throwable list;

  /** None yet; the time is in nanoseconds. */
  Refusals(LongSupplier now) {
    this.now = now;
    noWatchUntil = now.getAsLong();
  }

  void ofWatch() {
    noWatchUntil = now.getAsLong() + WAIT;
  }

  boolean mayWatch() {
    return now.getAsLong() - noWatchUntil >= 0;
  }

  void ofList(Throwable what) {
    list = what;
    noListUntil = now.getAsLong() + WAIT;
  }

  /** Why it is not listed now. */
  Optional<Throwable> list() {
    return now.getAsLong() - noListUntil < 0 ? Optional.ofNullable(list) : Optional.empty();
  }
}
