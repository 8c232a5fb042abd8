package io.gitops4j.k8s.internal.apply;

import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.tck.InventoryStoreContract;
import java.time.Duration;

class KubernetesInventoryStoreIT extends InventoryStoreContract {
  private final TestCluster cluster = TestCluster.shared();
  private final InventoryStore store =
      new KubernetesInventoryStore(
          new KubeHttp(cluster.client(), Duration.ofSeconds(30)), cluster.freeNamespace("state"));

  @Override
  protected InventoryStore store() {
    return store;
  }
}
