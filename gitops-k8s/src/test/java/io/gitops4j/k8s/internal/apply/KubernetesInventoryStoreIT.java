package io.gitops4j.k8s.internal.apply;

import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.tck.InventoryStoreContract;
import java.time.Duration;
import java.util.Optional;

class KubernetesInventoryStoreIT extends InventoryStoreContract {
  private final TestCluster cluster = TestCluster.shared();
  private final KubeHttp http = new KubeHttp(cluster.client(), Duration.ofSeconds(30), 16);
  private final InventoryStore store =
      new KubernetesInventoryStore(
          http, cluster.freeNamespace("state"), new Observer(http, Optional.empty()));

  @Override
  protected InventoryStore store() {
    return store;
  }
}
