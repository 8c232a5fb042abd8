package io.gitops4j.k8s;

import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.tck.InventoryStoreContract;

class KubernetesInventoryStoreIT extends InventoryStoreContract {
  private final TestCluster cluster = TestCluster.shared();
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(new KubernetesConfig.LentClient(cluster.client()))
              .stateNamespace(cluster.freeNamespace("state"))
              .build());

  @Override
  protected InventoryStore store() {
    return destination.inventory();
  }
}
