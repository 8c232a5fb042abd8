package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The passes that run right now. Thread-safe. */
final class RunningPasses {
  private final Map<TargetId, RunningPass> all = new ConcurrentHashMap<>();
  private final Object ended = new Object();

  void begins(RunningPass pass) {
    all.put(pass.target(), pass);
  }

  /** It is over, and what follows from it was decided. */
  void ends(RunningPass pass, Runnable decided) {
    all.remove(pass.target());
    decided.run();
    synchronized (ended) {
      ended.notifyAll();
    }
  }

  Optional<RunningPass> of(TargetId target) {
    return Optional.ofNullable(all.get(target));
  }

  /** Whose they are. */
  Set<TargetId> targets() {
    return Set.copyOf(all.keySet());
  }

  /** Asks each to end before its next write. */
  void cancel() {
    all.values().forEach(p -> p.context().cancel());
  }

  /** Whether all ended in time. */
  boolean awaitEnd(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (ended) {
      try {
        for (long left = limit.toNanos(); !all.isEmpty() && left > 0; ) {
          TimeUnit.NANOSECONDS.timedWait(ended, left);
          left = end - System.nanoTime();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return all.isEmpty();
  }

  /** When the next of them has to be looked after, if it has not ended by then. */
  long nextOverdue(long now) {
    return all.values().stream().mapToLong(p -> p.nextOverdue(now)).min().orElse(TargetState.NEVER);
  }

  /** Looks after those that do not end in time. */
  void oversee(long now, Consumer<RunningPass> stuck) {
    all.values().stream().filter(p -> p.oversee(now)).forEach(stuck);
  }
}
