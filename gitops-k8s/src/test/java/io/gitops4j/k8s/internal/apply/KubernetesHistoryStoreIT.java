package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.KubernetesConfig.LentClient;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.HistoryStore;
import io.gitops4j.tck.HistoryStoreContract;
import java.time.Duration;

class KubernetesHistoryStoreIT extends HistoryStoreContract {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TestCluster cluster = TestCluster.shared();
  private final KubeHttp http =
      new KubeHttp(Connection.open(new LentClient(cluster.client()), LIMIT), LIMIT, 16);
  private final HistoryStore store =
      new KubernetesHistoryStore(http, cluster.freeNamespace("history"), limit());

  @Override
  protected HistoryStore store() {
    return store;
  }

  @Override
  protected int limit() {
    return 4;
  }
}
