package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The passes that run right now, and the looks at sources. Thread-safe. */
final class RunningPasses {
  private static final Logger LOG = LoggerFactory.getLogger(GitOpsController.class);

  private final Executor workers;
  private final Set<Overseen> all = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();

  /** Those that are over, and what follows from them is not done yet; under the lock. */
  private int ending;

  private boolean closed;

  RunningPasses(Executor workers) {
    this.workers = workers;
  }

  /** Hands it to a worker; after the end it is dropped. */
  void begin(Overseen run, Runnable what, Consumer<Throwable> refused) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      all.add(run);
    }
    try {
      workers.execute(what);
    } catch (Throwable thrown) { // there may be no thread for it
      LOG.warn("the workers refuse {}: shut down, or too small", run.target(), thrown);
      refused.accept(thrown);
    }
  }

  /** It is over, and it is decided what follows from it. */
  void ends(Overseen run, Runnable decide) {
    synchronized (lock) {
      ending++;
      all.remove(run);
    }
    try {
      decide.run();
    } finally {
      synchronized (lock) {
        ending--;
        lock.notifyAll();
      }
    }
  }

  /** What was decided before, and did not begin yet, does not begin any more. */
  void close() {
    synchronized (lock) {
      closed = true;
    }
  }

  /** The pass of a target. */
  Optional<RunningPass> of(TargetId target) {
    return passes().filter(p -> p.target().equals(target)).findFirst();
  }

  /** Whose passes they are. */
  Set<TargetId> targets() {
    return passes().map(Overseen::target).collect(Collectors.toSet());
  }

  private Stream<RunningPass> passes() {
    return all.stream().filter(RunningPass.class::isInstance).map(RunningPass.class::cast);
  }

  /** Asks each to end, a pass before its next write. */
  void cancel() {
    all.forEach(r -> r.context().cancel());
  }

  /** Whether all ended in time, and what followed from them. */
  boolean awaitEnd(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (lock) {
      try {
        for (long left = limit.toNanos(); !ended() && left > 0; ) {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
          left = end - System.nanoTime();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return ended();
    }
  }

  private boolean ended() {
    return ending == 0 && all.isEmpty();
  }

  /** When the next of them has to be looked after, if it has not ended by then. */
  long nextOverdue(long now) {
    return all.stream().mapToLong(r -> r.nextOverdue(now)).min().orElse(TargetState.NEVER);
  }

  /**
   * Looks after those that do not end in time.
   *
   * @param stuck hears of those that heed nothing and keep their target's worker
   */
  void oversee(long now, Consumer<Overseen> stuck) {
    all.stream().filter(r -> r.oversee(now)).filter(Overseen::hasWorker).forEach(stuck);
  }
}
