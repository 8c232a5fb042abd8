package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.LiveListener;
import io.gitops4j.reconcile.LiveWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Hears from destinations what moved in their targets. Thread-safe. */
final class Moves implements AutoCloseable {
  private final Map<TargetId, ScheduledTarget> targets;
  private final Consumer<TargetId> moved;
  private final List<LiveWatch> watches = new ArrayList<>();
  private boolean closed;

  Moves(Map<TargetId, ScheduledTarget> targets, Consumer<TargetId> moved) {
    this.targets = targets;
    this.moved = moved;
  }

  synchronized void listen() {
    if (closed) {
      return;
    }
    // One for all: who listens through many destinations of a cluster hears of a move once.
    LiveListener listener =
        (target, thing) -> {
          // A shared cluster tells of targets of others, too.
          if (targets.containsKey(target)) {
            moved.accept(target);
          }
        };
    targets.values().forEach(t -> t.reconciler().watch(listener).ifPresent(watches::add));
  }

  /** Destinations outlive who listens: they must not keep it. */
  @Override
  public synchronized void close() {
    closed = true;
    watches.forEach(LiveWatch::close);
    watches.clear();
  }
}
