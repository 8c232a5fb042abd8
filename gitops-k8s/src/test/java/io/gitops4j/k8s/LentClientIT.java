package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A client that the embedder lends, with another HTTP client than ours. */
class LentClientIT {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("lent");
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @Test
  @DisplayName("over a client that is lent a target is applied, watched and healed; it stays open")
  void lent() {
    InMemorySource source = new InMemorySource();
    source.commit(
        "one",
        Map.of(
            "app/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}"));
    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(cluster.client().getConfiguration())
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build()) {
      try (KubernetesCluster connection =
              KubernetesCluster.builder(new KubernetesConfig.LentClient(client))
                  .watch(timer)
                  .connect();
          KubernetesDestination destination =
              KubernetesDestination.connect(
                  KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
                      .namespace(namespace)
                      .stateNamespace(namespace)
                      .build())) {
        Reconciler<ManifestSet> reconciler =
            GitOps.target(namespace)
                .source(source)
                .renderer(ManifestRenderer.path("app"))
                .destination(destination)
                .build();
        assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
        await().until(() -> connection.watching() > 0);
        client
            .configMaps()
            .inNamespace(namespace)
            .withName("a")
            .edit(
                c -> {
                  c.getData().put("k", "drift");
                  return c;
                });

        await().until(() -> reconciler.reconcile().kind() == Kind.APPLIED);
      }
      assertThat(client.configMaps().inNamespace(namespace).withName("a").get().getData())
          .containsEntry("k", "v");
    } finally {
      timer.shutdownNow();
    }
  }
}
