package io.gitops4j.controller;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/** The targets for which time alone makes something due, by when it does. Not thread-safe. */
final class DueTargets {
  private final TreeSet<TargetState> order =
      new TreeSet<>(
          Comparator.comparingLong(TargetState::due).thenComparing(s -> s.rules.id().name()));

  void add(TargetState target) {
    if (target.due() != TargetState.NEVER) {
      order.add(target);
    }
  }

  /** The order is by a time that changes: out, change, in again. */
  void change(TargetState target, Runnable how) {
    order.remove(target);
    how.run();
    add(target);
  }

  /** When the first one is due. */
  long next() {
    return order.isEmpty() ? TargetState.NEVER : order.first().due();
  }

  /** The one that is due longest. */
  Optional<TargetState> at(long now) {
    return next() <= now ? Optional.of(order.first()) : Optional.empty();
  }
}
