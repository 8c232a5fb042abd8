package io.gitops4j.k8s.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterFixtureIT {
  @Test
  @DisplayName("a stopped API server comes back on the same port with its data")
  void survivesARestart() {
    try (TestCluster cluster = TestCluster.start()) {
      String namespace = cluster.createNamespace("kept");

      cluster.stopServer();
      cluster.startServer();

      assertThat(cluster.client().namespaces().withName(namespace).get()).isNotNull();
    }
  }

  @Test
  @DisplayName("the counts of requests grow by the requests that were made")
  void countsRequests() {
    TestCluster cluster = TestCluster.shared();
    String namespace = cluster.createNamespace("count");
    Map<String, Long> before = cluster.requestCounts();

    cluster.client().configMaps().inNamespace(namespace).withName("none").get();
    cluster.client().configMaps().inNamespace(namespace).withName("none").get();

    assertThat(cluster.requestsSince(before)).containsEntry("GET configmaps", 2L);
  }
}
