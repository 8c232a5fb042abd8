package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.GitOps;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CrashIT {
  private static final int OBJECTS = 150;

  private final TestCluster cluster = TestCluster.shared();

  @Test
  @DisplayName("a process killed at any object leaves nothing unowned, and the next one converges")
  void convergesAfterSigkill() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the crash points: " + seed);
    Random random = new Random(seed);
    int points = Boolean.getBoolean("gitops4j.exhaustive") ? 15 : 3;
    for (int i = 0; i < points; i++) {
      killAt(random.nextInt(OBJECTS));
    }
  }

  private void killAt(int objects) throws Exception {
    String namespace = cluster.createNamespace("crash");
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                cluster.kubeconfigFile().toString(),
                namespace)
            .redirectErrorStream(true)
            .redirectOutput(new File("target", "victim.log"))
            .start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> live(namespace) >= objects || !victim.isAlive());
    } finally {
      victim.destroyForcibly().waitFor();
    }
    int left = live(namespace);

    try (KubernetesDestination destination = destination(cluster.kubeconfigFile(), namespace)) {
      Inventory inventory =
          destination.inventory().load(new TargetId(namespace), OperationContext.create());
      cluster
          .client()
          .configMaps()
          .inNamespace(namespace)
          .withLabel("gitops4j.io/target")
          .list()
          .getItems()
          .forEach(
              c ->
                  assertThat(inventory.entries())
                      .as("owned after a kill with %s objects", left)
                      .containsKey(
                          new ResourceId("", "ConfigMap", namespace, c.getMetadata().getName())));
      Reconciler<ManifestSet> next = reconciler(namespace, destination);
      assertThat(next.reconcile().kind()).isIn(Kind.APPLIED, Kind.IN_SYNC);
      assertThat(next.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    }
    assertThat(live(namespace)).isEqualTo(OBJECTS);
  }

  private int live(String namespace) {
    KubernetesClient client = cluster.client();
    return client
        .configMaps()
        .inNamespace(namespace)
        .withLabel("gitops4j.io/target")
        .list()
        .getItems()
        .size();
  }

  static KubernetesDestination destination(Path kubeconfig, String namespace) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(new KubernetesConfig.KubeconfigFile(kubeconfig, Optional.empty()))
            .namespace(namespace)
            .stateNamespace(namespace)
            .concurrency(2)
            .build());
  }

  static Reconciler<ManifestSet> reconciler(String namespace, KubernetesDestination destination) {
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i < OBJECTS; i++) {
      files.put(
          "app/" + i + ".yaml",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: c-" + i + "}, data: {k: v}}");
    }
    InMemorySource source = new InMemorySource();
    source.commit("all", files);
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }

  /** The process that is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) {
      try (KubernetesDestination destination = destination(Path.of(arguments[0]), arguments[1])) {
        reconciler(arguments[1], destination).reconcile();
      }
    }
  }
}
