package io.gitops4j.k8s.internal.apply;

import io.gitops4j.apply.Applier;
import io.gitops4j.diff.Differ;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;

/**
 * A differ and an applier behind one fence; without a permit in the context it is not there.
 *
 * @param differ compares
 * @param applier applies
 */
public record Fenced(Differ<ManifestSet> differ, Applier<ManifestSet> applier) {
  /**
   * Puts both behind a fence.
   *
   * @param http in the name of who writes the objects
   */
  public static Fenced of(
      Differ<ManifestSet> differ,
      Applier<ManifestSet> applier,
      KubeHttp http,
      Discovery discovery,
      InventoryStore inventories,
      String stateNamespace) {
    Fence fence = new Fence(http, discovery, inventories, stateNamespace);
    return new Fenced(new FencedDiffer(differ, fence), new FencedApplier(applier, fence));
  }
}
