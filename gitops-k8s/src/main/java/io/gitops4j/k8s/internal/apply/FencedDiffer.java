package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Differ;
import io.gitops4j.diff.Plan;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;

/** Compares after what another replica left half done was fenced off. */
final class FencedDiffer implements Differ<ManifestSet> {
  private final Differ<ManifestSet> differ;
  private final Fence fence;

  FencedDiffer(Differ<ManifestSet> differ, Fence fence) {
    this.differ = differ;
    this.fence = fence;
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return differ.desiredType();
  }

  @Override
  public Plan<ManifestSet> diff(ManifestSet desired, TargetId target, OperationContext context) {
    fence.enter(target, context);
    return differ.diff(desired, target, context);
  }

  @Override
  public String unified(Plan<ManifestSet> plan, Change change, OperationContext context) {
    return differ.unified(plan, change, context);
  }
}
