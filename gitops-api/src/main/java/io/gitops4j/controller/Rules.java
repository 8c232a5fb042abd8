package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.RetryPolicy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the board has to know of a target.
 *
 * @param id which
 * @param tenant whose workers it takes
 * @param interval between passes while nothing happens
 * @param dependsOn what must be applied first
 * @param retry what happens to a revision that fails
 * @param healing how fast drift is corrected again and again
 * @param heals whether a move in the destination is a reason for a pass
 * @param repository that its source reads, when it has an address
 * @param group the first of those that tell each other when one of them has to run
 */
record Rules(
    TargetId id,
    String tenant,
    Duration interval,
    Set<TargetId> dependsOn,
    RetryPolicy retry,
    RetryPolicy healing,
    boolean heals,
    Optional<String> repository,
    Optional<TargetId> group) {
  /** Of all targets, in their order; those of a group know it. */
  static List<Rules> of(Collection<ScheduledTarget> targets, List<TargetGroup> groups) {
    Map<TargetId, TargetId> firsts = new HashMap<>();
    for (TargetGroup group : groups) {
      group.targets().forEach(t -> firsts.put(t.target(), group.targets().get(0).target()));
    }
    return targets.stream()
        .map(t -> t.rules().in(Optional.ofNullable(firsts.get(t.target()))))
        .toList();
  }

  private Rules in(Optional<TargetId> first) {
    return new Rules(id, tenant, interval, dependsOn, retry, healing, heals, repository, first);
  }

  /** Whether both are of one group, or the same. */
  boolean together(Rules other) {
    return id.equals(other.id) || group.isPresent() && group.equals(other.group);
  }
}
