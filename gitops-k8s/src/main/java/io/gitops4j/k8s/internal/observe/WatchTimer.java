package io.gitops4j.k8s.internal.observe;

import java.time.Duration;

/** Runs something later, and tells the time. Thread-safe. */
@FunctionalInterface
interface WatchTimer {
  void after(Duration wait, Runnable what);

  /** In nanoseconds since some moment. */
  default long now() {
    return System.nanoTime();
  }
}
