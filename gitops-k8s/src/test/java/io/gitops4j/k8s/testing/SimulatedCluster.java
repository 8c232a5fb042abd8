package io.gitops4j.k8s.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TestCluster} of its own with controllers, scheduler and one simulated node: Deployments
 * become available, Jobs end, namespaces go away. How pods fare is said by their annotations and
 * images; {@code kwok/stages.yaml} beside this class explains them.
 */
public final class SimulatedCluster implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static @Nullable SimulatedCluster shared;

  private final TestCluster cluster;
  private final Map<String, ServerProcess> processes = new LinkedHashMap<>();

  private SimulatedCluster(TestCluster cluster) {
    this.cluster = cluster;
  }

  /** The one of this test run, started by the first test that asks, stopped with the JVM. */
  public static synchronized SimulatedCluster shared() {
    if (shared == null) {
      SimulatedCluster started = start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      shared = started;
    }
    return shared;
  }

  /** Starts one; the caller closes it. */
  public static SimulatedCluster start() {
    SimulationBinaries binaries = SimulationBinaries.locate();
    SimulatedCluster started = new SimulatedCluster(TestCluster.start());
    try {
      started.startUp(binaries);
      return started;
    } catch (IOException e) {
      started.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /** Its API server, with clients and namespaces. */
  public TestCluster api() {
    return cluster;
  }

  @Override
  public void close() {
    processes.values().forEach(ServerProcess::close);
    cluster.close();
  }

  private void startUp(SimulationBinaries binaries) throws IOException {
    String kubeconfig = "--kubeconfig=" + cluster.kubeconfigFile();
    Path folder = cluster.kubeconfigFile().getParent();
    Path stages = folder.resolve("stages.yaml");
    try (InputStream in = SimulatedCluster.class.getResourceAsStream("kwok/stages.yaml")) {
      Files.copy(Objects.requireNonNull(in, "kwok/stages.yaml"), stages);
    }
    launch(
        "kube-controller-manager",
        binaries.controllerManager().toString(),
        kubeconfig,
        "--service-account-private-key-file=" + folder.resolve("sa.key"),
        "--leader-elect=false",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
        "--secure-port=0");
    launch(
        "kube-scheduler",
        binaries.scheduler().toString(),
        kubeconfig,
        "--leader-elect=false",
        "--secure-port=0");
    launch(
        "kwok",
        binaries.kwok().toString(),
        kubeconfig,
        "--manage-all-nodes=true",
        "--node-ip=127.0.0.1",
        "--node-lease-duration-seconds=40",
        "--config=" + stages);
    cluster
        .client()
        .resource(new NodeBuilder().withNewMetadata().withName("simulated").endMetadata().build())
        .create();
    await().atMost(START_LIMIT).until(this::ready);
  }

  private boolean ready() {
    processes.forEach(
        (name, process) -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(name + " ended:\n" + tail(process.log()));
          }
        });
    Node node = cluster.client().nodes().withName("simulated").get();
    return node.getStatus().getConditions() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"))
        && (node.getSpec().getTaints() == null || node.getSpec().getTaints().isEmpty())
        && cluster.client().serviceAccounts().inNamespace("default").withName("default").get()
            != null;
  }

  private void launch(String name, String... command) {
    ServerProcess process =
        new ServerProcess(cluster.kubeconfigFile().resolveSibling(name + ".log"));
    processes.put(name, process);
    process.start(List.of(command));
  }

  private static String tail(Path log) {
    try {
      return TestFolders.tail(log, 2000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
