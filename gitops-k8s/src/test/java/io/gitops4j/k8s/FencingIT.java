package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.gitops4j.GitOps;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.tck.InMemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes and one target: one of them is stopped in the middle of its writes. */
class FencingIT {
  private static final int OBJECTS = 6;

  @TempDir Path folder;

  private final TestCluster cluster = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  private final String namespace = cluster.createNamespace("fence");
  private final CountDownLatch open = new CountDownLatch(1);
  private final List<Integer> codes = new CopyOnWriteArrayList<>();
  private final ExecutorService workers = Executors.newFixedThreadPool(3);
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private Process first;
  private GitOpsController second;
  private KubernetesCluster connection;

  @AfterEach
  void end() throws Exception {
    open.countDown();
    if (second != null) {
      second.stop(Duration.ofSeconds(5));
      connection.close();
    }
    if (first != null) {
      first.destroyForcibly().waitFor();
    }
    workers.shutdownNow();
    timer.shutdownNow();
    proxy.close();
  }

  @Test
  @DisplayName(
      "fault 32: a process paused past its lease in the middle of its updates and continued: the"
          + " server refuses them all, and nothing is applied twice")
  void refusesUpdates() throws Exception {
    applied("before");
    takesOverFrom("first", write("PATCH", "/c-"), "second");

    Map<String, String> versions = versions();
    assertThat(values()).containsOnly("second");
    continues();

    await().until(() -> codes.size() >= held(write("PATCH", "/c-")));
    assertThat(codes).isNotEmpty().containsOnly(409);
    await().until(() -> !first.isAlive());
    assertThat(said()).contains("pass ended FAILED");
    assertThat(versions()).isEqualTo(versions);
  }

  @Test
  @DisplayName("fault 32: deletes of a paused process are refused when it continues")
  void refusesDeletes() throws Exception {
    applied("before");
    takesOverFrom("nothing", write("DELETE", "/c-"), "before");

    continues();

    await().until(() -> codes.size() >= held(write("DELETE", "/c-")));
    assertThat(codes).isNotEmpty().containsOnly(409);
    await().until(() -> !first.isAlive());
    assertThat(values()).hasSize(OBJECTS).containsOnly("before");
  }

  @Test
  @DisplayName("fault 32: what a paused process still creates is found, owned and brought in line")
  void findsLateCreates() throws Exception {
    takesOverFrom("first", write("PATCH", "/c-"), "nothing");

    continues();
    await().until(() -> codes.size() >= held(write("PATCH", "/c-")));
    assertThat(codes).isNotEmpty().containsOnly(201);
    await().until(() -> !first.isAlive());

    second.trigger(new TargetId(namespace));
    await().untilAsserted(() -> assertThat(values()).isEmpty());
  }

  private static Predicate<Request> write(String method, String path) {
    return r ->
        r.method().equals(method)
            && r.path().contains("/configmaps" + path)
            && !r.query().contains("dryRun");
  }

  private long held(Predicate<Request> writes) {
    return proxy.seen().stream().filter(writes).count();
  }

  private void applied(String value) {
    try (KubernetesCluster connection = connection(cluster.kubeconfigFile());
        KubernetesDestination destination = destination(connection, namespace)) {
      assertThat(reconciler(destination, namespace, value).reconcile().kind())
          .isEqualTo(Kind.APPLIED);
    }
  }

  /** The first begins to write, and is stopped; the second gets its lease, and is done. */
  private void takesOverFrom(String firstValue, Predicate<Request> writes, String secondValue)
      throws Exception {
    proxy.inject(1000, writes, proxy.heldUntil(open, codes::add));
    Path kubeconfig = Files.writeString(folder.resolve("proxy.yaml"), proxy.kubeconfig());
    first =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Replica.class.getName(),
                kubeconfig.toString(),
                namespace,
                firstValue)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("first.log").toFile())
            .start();
    await()
        .untilAsserted(
            () ->
                assertThat(held(writes))
                    .as(() -> "writes on their way; the process said " + said())
                    .isGreaterThanOrEqualTo(OBJECTS));
    signal("-STOP");

    connection = connection(cluster.kubeconfigFile());
    second =
        controller(
            connection,
            destination(connection, namespace),
            namespace,
            secondValue,
            workers,
            timer,
            new ReconcileListener() {});
    second.start();
    TargetId target = new TargetId(namespace);
    await()
        .until(
            () ->
                second.status(target).last().filter(k -> k != Kind.FAILED).isPresent()
                    && second.status(target).applied().isPresent());
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("first.log"));
    } catch (IOException e) {
      return "nothing: " + e;
    }
  }

  private void continues() throws Exception {
    signal("-CONT");
    open.countDown();
  }

  private void signal(String name) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", name, Long.toString(first.pid())).start().waitFor())
        .isZero();
  }

  private List<ConfigMap> live() {
    return cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withLabel("gitops4j.io/target")
        .list()
        .getItems();
  }

  private List<String> values() {
    return live().stream().map(c -> c.getData().get("k")).toList();
  }

  private Map<String, String> versions() {
    return live().stream()
        .collect(
            Collectors.toMap(
                c -> c.getMetadata().getName(), c -> c.getMetadata().getResourceVersion()));
  }

  static KubernetesCluster connection(Path kubeconfig) {
    return KubernetesCluster.builder(
            new KubernetesConfig.KubeconfigFile(kubeconfig, Optional.empty()))
        .connect();
  }

  static KubernetesDestination destination(KubernetesCluster connection, String namespace) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
            .namespace(namespace)
            .stateNamespace(namespace)
            .build());
  }

  static Reconciler<ManifestSet> reconciler(
      KubernetesDestination destination, String namespace, String value) {
    Map<String, String> files = new HashMap<>();
    files.put("app/empty.yaml", "# so that the directory exists");
    for (int i = 0; i < (value.equals("nothing") ? 0 : OBJECTS); i++) {
      files.put(
          "app/" + i + ".yaml",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: c-%d}, data: {k: %s}}"
              .formatted(i, value));
    }
    InMemorySource source = new InMemorySource();
    source.commit(value, files);
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .policy(SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW))
        .build();
  }

  static GitOpsController controller(
      KubernetesCluster connection,
      KubernetesDestination destination,
      String namespace,
      String value,
      ExecutorService workers,
      ScheduledExecutorService timer,
      ReconcileListener listener) {
    return GitOpsController.builder()
        .workers(workers, 2)
        .timer(timer)
        .listener(listener)
        .leadership(
            KubernetesLeadership.builder(connection)
                .namespace(namespace)
                .group("replicas")
                .identity(value)
                .leaseTime(Duration.ofSeconds(5))
                .shards(1)
                .timer(timer)
                .build())
        .target(ScheduledTarget.of(reconciler(destination, namespace, value)))
        .build();
  }

  /** The process that is stopped: it makes one pass. */
  static final class Replica {
    private Replica() {}

    public static void main(String[] arguments) throws InterruptedException {
      ExecutorService workers = Executors.newFixedThreadPool(3);
      ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
      CountDownLatch ended = new CountDownLatch(1);
      try (KubernetesCluster connection = connection(Path.of(arguments[0]));
          KubernetesDestination destination = destination(connection, arguments[1])) {
        controller(
                connection,
                destination,
                arguments[1],
                arguments[2],
                workers,
                timer,
                new ReconcileListener() {
                  @Override
                  public void finished(ReconcileEvent.Finished event) {
                    System.out.println("pass ended " + event.outcome().kind());
                    System.out.println(event.outcome());
                    ended.countDown();
                  }
                })
            .start();
        ended.await();
      } finally {
        workers.shutdownNow();
        timer.shutdownNow();
      }
    }
  }
}
