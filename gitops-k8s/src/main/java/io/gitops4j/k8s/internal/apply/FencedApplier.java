package io.gitops4j.k8s.internal.apply;

import io.gitops4j.apply.Applier;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.operation.OperationContext;
import java.util.function.Consumer;

/** Applies while a successor could tell what is on its way. */
final class FencedApplier implements Applier<ManifestSet> {
  private final Applier<ManifestSet> applier;
  private final Fence fence;

  FencedApplier(Applier<ManifestSet> applier, Fence fence) {
    this.applier = applier;
    this.fence = fence;
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return applier.desiredType();
  }

  @Override
  public Outcome apply(
      Plan<ManifestSet> plan, Consumer<ChangeResult> progress, OperationContext context) {
    fence.open(plan, context);
    try {
      return applier.apply(plan, progress, context);
    } finally {
      fence.close(plan.target(), context);
    }
  }
}
