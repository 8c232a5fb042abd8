package io.gitops4j.controller;

import io.gitops4j.reconcile.RetryPolicy;
import java.time.Duration;

/**
 * How soon a target is looked at after something moved, and how soon drift is corrected once more:
 * what moves again and again must not keep it busy. Times are given. Not thread-safe.
 */
final class HealingPace {
  /** What moves together is looked at together. */
  private static final long SETTLE = Duration.ofMillis(20).toNanos();

  /** Our own writes echo as moves, and so does every step of what becomes ready. */
  private static final long SHORTEST_GAP = Duration.ofMillis(50).toNanos();

  /** Twice as long after each pass that found nothing, but drift must not wait for long. */
  private static final int LONGEST_GAP = 4;

  private static final long QUIET = Duration.ofSeconds(10).toNanos();

  private final RetryPolicy policy;
  private final long interval;
  private int heals;
  private long healedAt;
  private long endedAt;
  private int foundNothing;

  /** Nothing was healed yet. */
  HealingPace(Rules rules) {
    this.policy = rules.healing();
    this.interval = rules.interval().toNanos();
  }

  /** When what moved now is looked at. */
  long due(long now) {
    long pause = now - endedAt > QUIET ? 0 : SHORTEST_GAP << foundNothing;
    long gap = Math.max(now, endedAt + pause);
    long heal = heals == 0 || begins(now) ? gap : Math.max(gap, healedAt + pause());
    return Math.max(heal, now + SETTLE);
  }

  /** A pass ended, and may have found nothing to write. */
  void ended(boolean rests, long now) {
    boolean nothing = rests && now - endedAt <= QUIET;
    foundNothing = nothing ? Math.min(foundNothing + 1, LONGEST_GAP) : 0;
    endedAt = now;
  }

  /** Drift was corrected. */
  void healed(long now) {
    heals = begins(now) ? 1 : heals + 1;
    healedAt = now;
  }

  /** What was corrected before does not count any more. */
  void forget() {
    heals = 0;
  }

  /** Until when no drift is corrected; now when it may be. */
  long waitsUntil(long now) {
    return heals > 0 && now - healedAt < pause() ? healedAt + pause() : now;
  }

  /** After the longest wait without a correction, counting begins anew. */
  private boolean begins(long now) {
    return now - healedAt > policy.longest().toNanos();
  }

  private long pause() {
    return policy.after(heals).map(Duration::toNanos).orElse(interval);
  }
}
