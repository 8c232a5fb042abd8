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
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Cold apply, nothing changed, one changed, drift on one, prune of a tenth; beside it a raw loop of
 * apply requests and {@code kubectl apply --server-side}. What is compared is measured in turns.
 * Prints a table of medians, writes {@code benchmark.json}.
 */
public final class ReconcileBenchmark {
  /** With how many objects everything is done before it is measured. */
  private static final int WARM = 1000;

  /** Until the code is compiled, its compiler costs more than it does. */
  private static final Rounds WARMING = new Rounds(20, 40);

  /** How often the long things and the short ones are done. */
  private record Rounds(int cold, int other) {
    /** What takes a second moves by a fifth from one time to the next, what takes five less. */
    static Rounds of(int size) {
      return new Rounds(size > 1000 ? 7 : 21, 41);
    }
  }

  private final TestCluster cluster;
  private final Path work;
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "watch");
            thread.setDaemon(true);
            return thread;
          });
  private final List<Measurement> measured = new ArrayList<>();

  private ReconcileBenchmark(TestCluster cluster, Path work) {
    this.cluster = cluster;
    this.work = work;
    // A task that was cancelled would keep the connection that it was for.
    timer.setRemoveOnCancelPolicy(true);
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
      System.out.println("not counted, to warm up:");
      benchmark.target(WARM, WARMING);
      benchmark.measured.clear();
      System.out.println(Measurement.header());
      for (int size : sizes) {
        benchmark.target(size, Rounds.of(size));
        benchmark.kubectl(size);
      }
      benchmark.write(Path.of("benchmark.json"));
    } finally {
      TestFolders.delete(work);
    }
  }

  private void target(int size, Rounds rounds) throws Exception {
    cold(size, rounds.cold());
    String namespace = cluster.createNamespace("bench");
    String stateNamespace = cluster.createNamespace("state");
    TargetId target = new TargetId(namespace);
    try (KubernetesCluster connection = connect();
        KubernetesDestination destination = destination(connection, stateNamespace)) {
      pass(destination, target, MixedObjects.make(namespace, size, 1));
      changes(size, rounds.other(), destination, target);
    }
    ManifestSet last = MixedObjects.make(namespace, size, 1);
    restarts(size, rounds.other(), stateNamespace, target, last);
    heap(size, stateNamespace, target, last);
    try (KubernetesCluster connection = connect();
        KubernetesDestination destination = destination(connection, stateNamespace)) {
      awaitQuiet(destination, target, last);
      ManifestSet fewer =
          new ManifestSet(last.revision(), last.manifests().subList(0, size - size / 10));
      median(List.of(of(size, "GitOps4J: prune of a tenth", destination, target, fewer)));
    }
    RawLoop.remove(cluster.client(), last);
  }

  /** Both on connections of their own, and on objects that nobody has seen. */
  private void cold(int size, int rounds) throws Exception {
    List<Measurement> loops = new ArrayList<>();
    List<Measurement> overJdk = new ArrayList<>();
    List<Measurement> again = new ArrayList<>();
    List<Measurement> ours = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      ManifestSet theirs = MixedObjects.make(cluster.createNamespace("raw"), size, 1);
      try (KubernetesClient fresh = RawLoop.connect(cluster.client())) {
        loops.add(of(size, "raw loop, 16 at once: cold", s -> RawLoop.apply(fresh, theirs)));
        again.add(
            of(size, "raw loop, 16 at once: nothing changed", s -> RawLoop.apply(fresh, theirs)));
      }
      RawLoop.remove(cluster.client(), theirs);
      ManifestSet others = MixedObjects.make(cluster.createNamespace("raw"), size, 1);
      HttpClient bare = RawLoop.connectOverJdk();
      overJdk.add(
          of(
              size,
              "raw loop over the JDK's HTTP client: cold",
              s -> RawLoop.apply(bare, cluster.client(), others)));
      RawLoop.remove(cluster.client(), others);
      String namespace = cluster.createNamespace("cold");
      ManifestSet objects = MixedObjects.make(namespace, size, 1);
      try (KubernetesCluster connection = connect();
          KubernetesDestination destination =
              destination(connection, cluster.createNamespace("state"))) {
        ours.add(of(size, "GitOps4J: cold", destination, new TargetId(namespace), objects));
      }
      RawLoop.remove(cluster.client(), objects);
    }
    median(loops);
    median(overJdk);
    median(again);
    median(ours);
  }

  private void changes(int size, int rounds, KubernetesDestination destination, TargetId target)
      throws Exception {
    ManifestSet first = MixedObjects.make(target.name(), size, 1);
    awaitQuiet(destination, target, first);
    List<Measurement> nothing = new ArrayList<>();
    List<Measurement> applied = new ArrayList<>();
    List<Measurement> stored = new ArrayList<>();
    List<Measurement> healed = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      nothing.add(of(size, "GitOps4J: nothing changed", destination, target, first));
    }
    for (int i = 0; i < rounds; i++) {
      ManifestSet next = MixedObjects.make(target.name(), size, 2 * i + 2);
      applied.add(
          of(
              size,
              "GitOps4J: one changed, until it is applied",
              stop -> pass(destination, target, next, stop)));
      awaitQuiet(destination, target, next);
      ManifestSet another = MixedObjects.make(target.name(), size, 2 * i + 3);
      stored.add(
          of(size, "GitOps4J: one changed, until all is stored", destination, target, another));
      awaitQuiet(destination, target, another);
    }
    pass(destination, target, first);
    awaitQuiet(destination, target, first);
    Manifest victim =
        first.manifests().stream()
            .filter(m -> m.id().kind().equals("ConfigMap"))
            .findFirst()
            .orElseThrow();
    Semaphore told = new Semaphore(0);
    destination.watch(
        (whose, thing) -> {
          if (thing.equals(Optional.of(victim.id()))) {
            told.release();
          }
        });
    for (int i = 0; i < rounds; i++) {
      told.drainPermits();
      healed.add(
          of(
              size,
              "GitOps4J: drift on one, from the foreign write until healed",
              stop -> {
                drift(victim, target);
                if (!told.tryAcquire(10, TimeUnit.SECONDS)) {
                  throw new IllegalStateException("nobody was told of the drift");
                }
                pass(destination, target, first);
              }));
      awaitQuiet(destination, target, first);
    }
    median(nothing);
    median(applied);
    median(stored);
    median(healed);
  }

  private void drift(Manifest victim, TargetId target) {
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
  }

  /** Beside the lists alone, which somebody makes who has just connected too. */
  private void restarts(
      int size, int rounds, String stateNamespace, TargetId target, ManifestSet objects)
      throws Exception {
    List<Measurement> inTurn = new ArrayList<>();
    List<Measurement> lists = new ArrayList<>();
    List<Measurement> ours = new ArrayList<>();
    List<KubernetesCluster> connections = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      inTurn.add(
          lists(
              size,
              "raw paged lists, one kind after another",
              c -> RawLoop.listInTurn(c, objects, target.shortHash())));
      lists.add(
          lists(
              size,
              "raw paged lists, all kinds at once",
              c -> RawLoop.list(c, objects, target.shortHash())));
      ours.add(
          of(
              size,
              "GitOps4J: nothing changed, after a restart",
              stop -> {
                connections.add(connect());
                pass(destination(connections.get(0), stateNamespace), target, objects);
              }));
      connections.remove(0).close();
    }
    median(inTurn);
    median(lists);
    median(ours);
  }

  private Measurement lists(int size, String what, Consumer<KubernetesClient> work)
      throws Exception {
    return of(
        size,
        what + ", on a new connection",
        stop -> {
          try (KubernetesClient fresh = RawLoop.connect(cluster.client())) {
            work.accept(fresh);
            stop.run();
          }
        });
  }

  private void heap(int size, String stateNamespace, TargetId target, ManifestSet objects)
      throws Exception {
    long watched;
    KubernetesDestination destination;
    try (KubernetesCluster connection = connect()) {
      destination = destination(connection, stateNamespace);
      awaitQuiet(destination, target, objects);
      watched = usedHeap();
    }
    System.out.println(
        "heap of the index, with its connections: %d bytes an object"
            .formatted((watched - usedHeap()) / size));
    // What it keeps of the target itself is none of the index: it has to be there until now.
    destination.close();
  }

  private void median(List<Measurement> rounds) {
    measured.add(Measurement.median(rounds));
  }

  private Measurement of(int size, String what, Measurement.Work work) throws Exception {
    return Measurement.of(cluster, size, what, work);
  }

  private Measurement of(
      int size,
      String what,
      KubernetesDestination destination,
      TargetId target,
      ManifestSet objects)
      throws Exception {
    return of(size, what, stop -> pass(destination, target, objects));
  }

  /** What a closed connection held is free only once its threads have ended. */
  private static long usedHeap() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private KubernetesCluster connect() {
    return KubernetesCluster.builder(new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile()))
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

  private static void pass(
      KubernetesDestination destination, TargetId target, ManifestSet objects) {
    pass(destination, target, objects, () -> {});
  }

  private static void pass(
      KubernetesDestination destination,
      TargetId target,
      ManifestSet objects,
      Runnable afterWrite) {
    OperationContext context = OperationContext.create();
    Plan<ManifestSet> plan = destination.differ().diff(objects, target, context);
    if (plan.inSync()) {
      return;
    }
    Outcome outcome =
        destination
            .applier()
            .apply(
                plan,
                r -> {
                  if (r.change().action().writes()) {
                    afterWrite.run();
                  }
                },
                context);
    if (!outcome.complete()) {
      throw new IllegalStateException("a change failed: " + outcome.results());
    }
  }

  private void kubectl(int size) throws Exception {
    ManifestSet objects = MixedObjects.make(cluster.createNamespace("kubectl"), size, 1);
    Path file = work.resolve("objects-" + size + ".json");
    KubectlApply.write(objects, file);
    for (String when : List.of("cold", "nothing changed")) {
      median(
          List.of(
              of(
                  size,
                  "kubectl apply --server-side --validate=false: " + when,
                  stop -> KubectlApply.run(cluster.kubeconfigFile(), file))));
    }
    RawLoop.remove(cluster.client(), objects);
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
