package io.gitops4j.reconcile;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.internal.thread.Pauses;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what a target owns, again and again, until what is awaited of it is well or bad. */
final class WellWait {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** What a pass needs after a wait: to record how it ended, and to go back. */
  private static final Duration RESERVE = Duration.ofSeconds(2);

  private final TargetId target;
  private final Destination<?> destination;

  WellWait(TargetId target, Destination<?> destination) {
    this.target = target;
    this.destination = destination;
  }

  /**
   * How it is when a wait ends.
   *
   * @param healths as they were seen last; empty when nobody could tell
   * @param bad what of them is the revision's fault
   */
  record Sight(Map<ResourceId, Health> healths, Set<ResourceId> bad) {}

  /**
   * Waits until everything is well, something failed, the time is over or there is a newer
   * revision. When the pass has to end before, nothing is bad yet: the next one waits on.
   *
   * @param awaited is kept up to date with each look
   * @param going what is not waited for
   * @param window for how long what turns out to be not well is waited for, too; zero or less when
   *     that is over
   * @param limit when what is awaited counts as bad
   */
  Sight until(
      Awaited awaited,
      Set<ResourceId> going,
      Duration window,
      Duration limit,
      OperationContext context) {
    long begun = System.nanoTime();
    Pauses pauses = new Pauses(SHORTEST, LONGEST);
    Map<ResourceId, Health> healths = Map.of();
    Set<ResourceId> before = Set.of();
    try {
      while (true) {
        Duration time = context.remaining(pauses.next().plus(RESERVE)).minus(RESERVE);
        if (time.isNegative() || time.isZero()) {
          break;
        }
        context.pause(time, Stage.HEALTH);
        if (context.superseded()) {
          break;
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        boolean over = waited.compareTo(limit) >= 0;
        Optional<SortedMap<ResourceId, Health>> now = look(context);
        if (now.isEmpty()) {
          before = Set.of();
          if (over) {
            break; // nobody can tell, which is not the revision's fault
          }
          continue;
        }
        healths = now.get();
        if (waited.compareTo(window) < 0) {
          awaited.seen(healths, going);
        } else {
          awaited.seenLate(healths, going);
        }
        // What was just written may still tell of what was there before: one look is not enough.
        Set<ResourceId> degraded = awaited.degraded(healths, going);
        Set<ResourceId> failed = awaited.among(before, degraded);
        before = degraded;
        if (over || !failed.isEmpty() || awaited.isEmpty()) {
          return new Sight(healths, over ? awaited.all() : failed);
        }
      }
    } catch (OperationCancelledException e) {
      LOG.debug("{}: the wait for it ends: {}", target, e.getMessage());
    }
    return new Sight(healths, Set.of());
  }

  private Optional<SortedMap<ResourceId, Health>> look(OperationContext context) {
    try {
      return Optional.of(destination.health().assess(target, context));
    } catch (OperationCancelledException e) {
      throw e;
    } catch (GitOpsException e) {
      LOG.debug("{}: its health cannot be told right now: {}", target, e.getMessage());
      return Optional.empty();
    }
  }
}
