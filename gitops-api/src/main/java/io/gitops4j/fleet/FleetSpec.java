package io.gitops4j.fleet;

import io.gitops4j.TargetBuilder;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.SourceProvider;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What a fleet was described to be; checked. */
record FleetSpec<D extends Desired>(
    TargetId id,
    SourceProvider source,
    Map<String, Member<D>> members,
    List<Wave> waves,
    Rollout.Pace pace,
    BiConsumer<String, TargetBuilder<D>> each,
    FleetListener listener,
    Clock clock) {
  /** A cluster, and what is rendered for it. */
  record Member<D extends Desired>(
      TargetId target, Destination<D> destination, Renderer<D> renderer) {}

  Member<D> member(String cluster) {
    return members.get(cluster);
  }

  String waveOf(String cluster) {
    return waves.stream()
        .filter(w -> w.clusters().contains(cluster))
        .map(Wave::name)
        .findFirst()
        .orElseThrow();
  }
}
