package io.gitops4j.examples.benchmark;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.k8s.testing.TestFolders;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Cold apply, nothing changed, one changed, drift on one, prune of a tenth; beside it a raw loop of
 * apply requests and {@code kubectl apply --server-side}. Prints a table, writes {@code
 * benchmark.json}.
 */
public final class ReconcileBenchmark {
  /** How many objects are applied before anything is measured. */
  private static final int WARM = 1000;

  /** How many passes find nothing before one of them is measured. */
  private static final int RESTING = 20;

  private final TestCluster cluster;
  private final Path work;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "watch");
            thread.setDaemon(true);
            return thread;
          });
  private final List<Measurement> measured = new ArrayList<>();

  private ReconcileBenchmark(TestCluster cluster, Path work) {
    this.cluster = cluster;
    this.work = work;
  }

  /** Measures for each number of objects; 100, 1000 and 5000 when none is given. */
  public static void main(String[] arguments) throws Exception {
    List<Integer> sizes = new ArrayList<>();
    for (String argument : arguments) {
      sizes.add(Integer.parseInt(argument));
    }
    if (sizes.isEmpty()) {
      sizes.addAll(List.of(100, 1000, 5000));
    }
    Path work = Files.createTempDirectory("gitops4j-benchmark");
    try (TestCluster cluster = TestCluster.start()) {
      ReconcileBenchmark benchmark = new ReconcileBenchmark(cluster, work);
      // The first requests of a process pay for classes and connections: nobody's figure.
      RawLoop.apply(cluster.client(), MixedObjects.make(cluster.createNamespace("warm"), WARM, 1));
      benchmark.target(WARM, false);
      System.out.println(Measurement.header());
      for (int size : sizes) {
        benchmark.rawLoop(size);
        benchmark.target(size, true);
        benchmark.kubectl(size);
      }
      benchmark.write(Path.of("benchmark.json"));
    } finally {
      TestFolders.delete(work);
    }
  }

  private void rawLoop(int size) throws Exception {
    ManifestSet objects = MixedObjects.make(cluster.createNamespace("raw"), size, 1);
    measured.add(
        Measurement.of(
            cluster,
            size,
            "raw loop, 16 at once: cold",
            () -> RawLoop.apply(cluster.client(), objects)));
    measured.add(
        Measurement.of(
            cluster,
            size,
            "raw loop, 16 at once: nothing changed",
            () -> RawLoop.apply(cluster.client(), objects)));
    measured.add(
        Measurement.of(
            cluster,
            size,
            "raw paged list per kind, on a new connection",
            () -> {
              try (KubernetesClient fresh = RawLoop.connect(cluster.client())) {
                RawLoop.list(fresh, objects);
              }
            }));
  }

  private void target(int size, boolean keep) throws Exception {
    String namespace = cluster.createNamespace("bench");
    TargetId target = new TargetId(namespace);
    ManifestSet first = MixedObjects.make(namespace, size, 1);
    ManifestSet second = MixedObjects.make(namespace, size, 2);
    List<Manifest> fewer = second.manifests().subList(0, size - size / 10);
    String stateNamespace = cluster.createNamespace("state");
    List<Measurement> all = new ArrayList<>();
    try (KubernetesCluster connection = connect();
        KubernetesDestination destination = destination(connection, stateNamespace)) {
      all.add(measure(size, "cold", destination, target, first));
      awaitQuiet(destination, target, first);
      // A target rests most of its life: by then its code is compiled.
      for (int i = 0; i < RESTING; i++) {
        pass(destination, target, first);
      }
      all.add(measure(size, "nothing changed", destination, target, first));
      all.add(measure(size, "one changed", destination, target, second));
      awaitQuiet(destination, target, second);
      all.add(drift(size, destination, target, second));
    }
    long watched;
    KubernetesDestination destination;
    try (KubernetesCluster connection = connect()) {
      destination = destination(connection, stateNamespace);
      all.add(measure(size, "nothing changed, after a restart", destination, target, second));
      all.add(
          measure(
              size,
              "prune of a tenth",
              destination,
              target,
              new ManifestSet(second.revision(), fewer)));
      watched = usedHeap();
    }
    System.out.println(
        "heap of the index, with its connections: %d bytes an object"
            .formatted((watched - usedHeap()) / fewer.size()));
    destination.close();
    if (keep) {
      measured.addAll(all);
    }
  }

  /** From before somebody else's write until the object is as it was. */
  private Measurement drift(
      int size, KubernetesDestination destination, TargetId target, ManifestSet objects)
      throws Exception {
    Manifest victim =
        objects.manifests().stream()
            .filter(m -> m.id().kind().equals("ConfigMap"))
            .findFirst()
            .orElseThrow();
    CountDownLatch told = new CountDownLatch(1);
    destination.watch(
        (whose, thing) -> {
          if (thing.equals(Optional.of(victim.id()))) {
            told.countDown();
          }
        });
    return Measurement.of(
        cluster,
        size,
        "GitOps4J: drift on one, from the foreign write until healed",
        () -> {
          cluster
              .client()
              .resource(
                  new ConfigMapBuilder()
                      .withNewMetadata()
                      .withName(victim.id().name())
                      .withNamespace(victim.id().namespace())
                      .addToLabels("gitops4j.io/target", target.shortHash())
                      .endMetadata()
                      .addToData("text", "drift")
                      .build())
              .update();
          if (!told.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody was told of the drift");
          }
          pass(destination, target, objects);
        });
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private KubernetesCluster connect() {
    return KubernetesCluster.builder(
            new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
        .watch(timer)
        .connect();
  }

  private static KubernetesDestination destination(
      KubernetesCluster connection, String stateNamespace) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
            .stateNamespace(stateNamespace)
            .build());
  }

  /** The server's events of our own writes come a moment after its answers. */
  private void awaitQuiet(KubernetesDestination destination, TargetId target, ManifestSet objects) {
    long before;
    do {
      before = Measurement.requests(cluster);
      destination.differ().diff(objects, target, OperationContext.create());
    } while (Measurement.requests(cluster) > before);
  }

  private Measurement measure(
      int size,
      String what,
      KubernetesDestination destination,
      TargetId target,
      ManifestSet objects)
      throws Exception {
    return Measurement.of(
        cluster, size, "GitOps4J: " + what, () -> pass(destination, target, objects));
  }

  private static void pass(
      KubernetesDestination destination, TargetId target, ManifestSet objects) {
    OperationContext context = OperationContext.create();
    Plan<ManifestSet> plan = destination.differ().diff(objects, target, context);
    if (plan.inSync()) {
      return;
    }
    Outcome outcome = destination.applier().apply(plan, r -> {}, context);
    if (!outcome.complete()) {
      throw new IllegalStateException("a change failed: " + outcome.results());
    }
  }

  private void kubectl(int size) throws Exception {
    ManifestSet objects = MixedObjects.make(cluster.createNamespace("kubectl"), size, 1);
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode list = json.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    ArrayNode items = list.putArray("items");
    objects.manifests().forEach(m -> items.add(m.object()));
    Path file = work.resolve("objects-" + size + ".json");
    Files.write(file, json.writeValueAsBytes(list));
    for (String when : List.of("cold", "nothing changed")) {
      measured.add(
          Measurement.of(
              cluster,
              size,
              "kubectl apply --server-side --validate=false: " + when,
              () -> {
                Process process =
                    new ProcessBuilder(
                            "kubectl",
                            "--kubeconfig",
                            cluster.kubeconfigFile().toString(),
                            "apply",
                            "--server-side",
                            "--validate=false",
                            "-f",
                            file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve("kubectl.log").toFile())
                        .start();
                if (process.waitFor() != 0) {
                  throw new IllegalStateException(
                      TestFolders.tail(work.resolve("kubectl.log"), 1000));
                }
              }));
    }
  }

  private void write(Path file) throws Exception {
    JsonMapper json = JsonMapper.builder().build();
    ArrayNode rows = json.createArrayNode();
    for (Measurement m : measured) {
      rows.addObject()
          .put("objects", m.objects())
          .put("what", m.what())
          .put("milliseconds", m.milliseconds())
          .put("requests", m.requests())
          .put("cpuMilliseconds", m.cpuMillis())
          .put("peakHeapMib", m.peakHeapMib());
    }
    Files.write(file, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(rows));
  }
}
