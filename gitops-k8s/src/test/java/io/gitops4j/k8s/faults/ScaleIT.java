package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many objects and many targets in a process with little memory. */
class ScaleIT {
  private final TestCluster cluster = TestCluster.shared();

  @Test
  @DisplayName("fault 48: a large target fits a small heap, and costs nothing while it rests")
  void manyObjects() throws Exception {
    boolean all = Boolean.getBoolean("gitops4j.exhaustive");
    int objects = all ? 10_000 : 1_000;
    String namespace = cluster.createNamespace("scale");
    Map<String, Long> before = cluster.requestCounts();

    String told = run(all ? "256m" : "48m", "objects", namespace, objects);

    assertThat(told).contains("cold APPLIED", "rest IN_SYNC", "changed APPLIED", "watched IN_SYNC");
    // One for each object, and one for the change; never one for each object again.
    assertThat(cluster.requestsSince(before).get("APPLY configmaps")).isEqualTo(objects + 1L);
    assertThat(cluster.requestsSince(before).get("APPLY(dry) configmaps")).isEqualTo(1L);
  }

  @Test
  @DisplayName("fault 48: many targets share one process, one connection and little memory")
  void manyTargets() throws Exception {
    boolean all = Boolean.getBoolean("gitops4j.exhaustive");
    int targets = all ? 1_000 : 50;
    String namespace = cluster.createNamespace("scale");

    String told = run(all ? "128m" : "48m", "targets", namespace, targets);

    assertThat(told).contains("all rest, watched");
    assertThat(
            cluster
                .client()
                .configMaps()
                .inNamespace(namespace)
                .withLabel("gitops4j.io/target")
                .list()
                .getItems())
        .hasSize(targets);
  }

  private String run(String heap, String what, String namespace, int count) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ScaleIT.class.getName(),
                cluster.kubeconfigFile().toString(),
                what,
                namespace,
                Integer.toString(count))
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(told);
    assertThat(process.waitFor()).as(told).isZero();
    return told;
  }

  public static void main(String[] arguments) {
    KubernetesConfig.Access access =
        new KubernetesConfig.KubeconfigFile(Path.of(arguments[0]), Optional.empty());
    int count = Integer.parseInt(arguments[3]);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (KubernetesCluster connection = KubernetesCluster.builder(access).watch(timer).connect();
        KubernetesDestination destination =
            KubernetesDestination.connect(
                KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
                    .namespace(arguments[2])
                    .stateNamespace(arguments[2])
                    .build())) {
      if (arguments[1].equals("objects")) {
        objects(connection, destination, arguments[2], count);
      } else {
        targets(connection, destination, arguments[2], count);
      }
    } finally {
      timer.shutdownNow();
    }
  }

  /** One stream for the ConfigMaps of all targets, and one for their inventories. */
  private static void awaitStreams(KubernetesCluster connection) {
    await().until(() -> connection.watching() == 2);
  }

  private static void objects(
      KubernetesCluster connection, KubernetesDestination destination, String name, int count) {
    InMemorySource source = new InMemorySource();
    Reconciler<ManifestSet> target = target(name, source, destination);
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      files.put("app/" + i + ".yaml", FaultedTarget.configMap("c-" + i, "x".repeat(500)));
    }
    source.commit("all", files);
    tell("cold", target);
    tell("rest", target);
    files.put("app/0.yaml", FaultedTarget.configMap("c-0", "changed"));
    source.commit("one", files);
    tell("changed", target);
    awaitStreams(connection);
    tell("watched", target);
  }

  private static void tell(String what, Reconciler<ManifestSet> target) {
    long start = System.nanoTime();
    ReconcileOutcome outcome = target.reconcile();
    long took = (System.nanoTime() - start) / 1_000_000;
    System.out.println(what + " " + outcome.kind() + " in " + took + " ms");
  }

  private static void targets(
      KubernetesCluster connection, KubernetesDestination destination, String name, int count) {
    List<Reconciler<ManifestSet>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      InMemorySource source = new InMemorySource();
      source.commit("one", Map.of("app/a.yaml", FaultedTarget.configMap("t-" + i, "1")));
      all.add(target(name + "-" + i, source, destination));
    }
    reconcile(all, Kind.APPLIED);
    reconcile(all, Kind.IN_SYNC);
    awaitStreams(connection);
    reconcile(all, Kind.IN_SYNC);
    System.out.println("all rest, watched");
  }

  private static void reconcile(List<Reconciler<ManifestSet>> all, Kind expected) {
    for (Reconciler<ManifestSet> target : all) {
      ReconcileOutcome outcome = target.reconcile();
      if (outcome.kind() != expected) {
        throw new IllegalStateException(target.target() + ": " + outcome);
      }
    }
  }

  private static Reconciler<ManifestSet> target(
      String name, InMemorySource source, KubernetesDestination destination) {
    return GitOps.target(name)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }
}
