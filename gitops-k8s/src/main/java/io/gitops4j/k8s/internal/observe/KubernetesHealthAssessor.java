package io.gitops4j.k8s.internal.observe;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.health.HealthTree;
import io.gitops4j.health.HealthWatch;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.SortedMap;

/** How well a target's objects are, why they are not, and what they made. */
public final class KubernetesHealthAssessor implements HealthAssessor {
  private final OwnedObjects owned;
  private final FailureCauses causes;
  private final TreeSearch trees;
  private final Duration silence;

  /**
   * Reads through the given parts.
   *
   * @param silence after how long a stream that tells nothing counts as dead
   */
  public KubernetesHealthAssessor(
      OwnedObjects owned, FailureCauses causes, TreeSearch trees, Duration silence) {
    this.owned = owned;
    this.causes = causes;
    this.trees = trees;
    this.silence = silence;
  }

  @Override
  public SortedMap<ResourceId, Health> assess(TargetId target, OperationContext context) {
    OwnedObjects.Look look = owned.look(target, context);
    causes.explain(look.healths(), look.kinds().keySet(), context);
    return look.healths();
  }

  @Override
  public HealthTree tree(TargetId target, OperationContext context) {
    return trees.grow(target, context).tree();
  }

  @Override
  public HealthWatch watch(TargetId target) {
    return new TreeWatch(trees, target, silence);
  }
}
