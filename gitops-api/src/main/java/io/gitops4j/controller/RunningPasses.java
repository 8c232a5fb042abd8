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
  private final Object ended = new Object();

  RunningPasses(Executor workers) {
    this.workers = workers;
  }

  /** Hands it to a worker. */
  void begin(Overseen run, Runnable what, Consumer<Throwable> refused) {
    all.add(run);
    try {
      workers.execute(what);
    } catch (Throwable thrown) { // there may be no thread for it
      LOG.warn("the workers refuse {}: shut down, or too small", run.target(), thrown);
      refused.accept(thrown);
    }
  }

  /** It is over, and what follows from it was decided. */
  void ends(Overseen run, Runnable decided) {
    all.remove(run);
    decided.run();
    synchronized (ended) {
      ended.notifyAll();
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
