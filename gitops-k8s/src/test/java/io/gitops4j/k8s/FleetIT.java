package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.fleet.ClusterOutcome;
import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.fleet.Fleet;
import io.gitops4j.fleet.FleetBuilder;
import io.gitops4j.fleet.FleetEvent;
import io.gitops4j.fleet.FleetListener;
import io.gitops4j.fleet.FleetOutcome;
import io.gitops4j.fleet.ScheduledFleet;
import io.gitops4j.fleet.Wave;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Three real API servers, of which one freezes, lets nobody in, or refuses. */
class FleetIT {
  private static final List<String> NAMES = List.of("one", "two", "three");
  private static final int OBJECTS = 4;
  private static final Map<String, TestCluster> SERVERS = new LinkedHashMap<>();

  private final InMemorySource source = new InMemorySource();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Map<String, KubernetesDestination> destinations = new LinkedHashMap<>();
  private final List<ClusterOutcome> told = new CopyOnWriteArrayList<>();
  private String namespace;

  /** The shared one must not be frozen: it is in the middle, and always well. */
  @BeforeAll
  static void start() {
    CompletableFuture<TestCluster> first = CompletableFuture.supplyAsync(TestCluster::start);
    TestCluster last = TestCluster.start();
    SERVERS.put("one", first.join());
    SERVERS.put("two", TestCluster.shared());
    SERVERS.put("three", last);
  }

  @AfterAll
  static void stop() {
    SERVERS.get("one").close();
    SERVERS.get("three").close();
  }

  @BeforeEach
  void connect() {
    namespace = SERVERS.get("two").freeNamespace("fleet");
    SERVERS.forEach((name, server) -> destinations.put(name, connect(server.kubeconfig())));
    commit("1");
  }

  @AfterEach
  void close() {
    SERVERS.get("one").freezeServer(false);
    destinations.values().forEach(KubernetesDestination::close);
    workers.shutdownNow();
  }

  private KubernetesDestination connect(String kubeconfig) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigContent(Sensitive.of(kubeconfig), Optional.empty()))
            .namespace(namespace)
            .createNamespace(true)
            .stateNamespace(namespace + "-state")
            .requestTimeout(Duration.ofSeconds(30))
            .build());
  }

  private void commit(String text) {
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < OBJECTS; i++) {
      files.put(
          "app/" + i + ".yaml",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}, data: {text: '%s'}}"
              .formatted(i, text));
    }
    source.commit(text, files);
  }

  private Fleet<ManifestSet> fleet(UnaryOperator<FleetBuilder<ManifestSet>> more) {
    FleetBuilder<ManifestSet> builder =
        Fleet.builder("shop", source, ManifestRenderer.path("app"))
            .workers(workers, 3)
            .clusterLimit(Duration.ofSeconds(5))
            .listener(
                new FleetListener() {
                  @Override
                  public void ended(FleetEvent.Ended event) {
                    told.add(event.outcome());
                  }
                });
    destinations.forEach(builder::cluster);
    return more.apply(builder).build();
  }

  private List<String> told(State state) {
    return told.stream().filter(o -> o.state() == state).map(ClusterOutcome::cluster).toList();
  }

  private List<ConfigMap> live(String cluster) {
    return SERVERS.get(cluster).client().configMaps().inNamespace(namespace).list().getItems();
  }

  private void assertLive(String cluster, String text) {
    assertThat(live(cluster))
        .filteredOn(c -> !c.getMetadata().getName().startsWith("kube-"))
        .hasSize(OBJECTS)
        .allSatisfy(c -> assertThat(c.getData()).containsEntry("text", text));
  }

  private static Map<String, String> versions(List<ConfigMap> objects) {
    Map<String, String> versions = new TreeMap<>();
    objects.forEach(
        o -> versions.put(o.getMetadata().getName(), o.getMetadata().getResourceVersion()));
    return versions;
  }

  @Test
  @DisplayName("a frozen cluster fails alone, after the others; thawed, it gets what it missed")
  void frozenBefore() {
    Fleet<ManifestSet> fleet = fleet(f -> f);
    assertThat(fleet.reconcile().in(State.WELL)).containsExactlyElementsOf(NAMES);
    told.clear();
    commit("2");
    SERVERS.get("one").freezeServer(true);

    CompletableFuture<FleetOutcome> running =
        CompletableFuture.supplyAsync(fleet::reconcile, workers);

    await().until(() -> told(State.WELL).size() == 2);
    assertThat(running).as("the frozen one is still waited for").isNotDone();
    FleetOutcome outcome = running.join();
    assertThat(outcome.kind()).isEqualTo(FleetOutcome.Kind.INCOMPLETE);
    assertThat(told(State.WELL)).containsExactlyInAnyOrder("two", "three");
    Failure failure = outcome.clusters().get("one").failure().orElseThrow();
    assertThat(failure.retryability()).isEqualTo(Retryability.RETRY);
    assertThat(failure.code()).isEqualTo("FLEET-CLUSTER-TIMED-OUT");
    assertThat(failure.message()).startsWith("cluster one: ");
    assertLive("two", "2");
    assertLive("three", "2");

    Map<String, String> before = versions(live("two"));
    SERVERS.get("one").freezeServer(false);
    FleetOutcome thawed = fleet.reconcile();

    assertThat(thawed.kind()).as(thawed.message()).isEqualTo(FleetOutcome.Kind.COMPLETE);
    assertLive("one", "2");
    assertThat(versions(live("two"))).isEqualTo(before);
  }

  @Test
  @DisplayName("a cluster that freezes in the middle of its pass is brought to its end, once")
  void frozenInBetween() {
    Fleet<ManifestSet> fleet =
        fleet(
            f ->
                f.each(
                    (name, target) -> {
                      if (name.equals("one")) {
                        target.listener(
                            new ReconcileListener() {
                              private boolean done;

                              @Override
                              public synchronized void changed(ReconcileEvent.Changed event) {
                                if (!done) {
                                  done = true;
                                  SERVERS.get("one").freezeServer(true);
                                }
                              }
                            });
                      }
                    }));

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.in(State.FAILED)).containsExactly("one");
    assertThat(outcome.clusters().get("one").failure().orElseThrow().retryability())
        .isEqualTo(Retryability.RETRY);
    assertThat(told).last().satisfies(o -> assertThat(o.cluster()).isEqualTo("one"));
    SERVERS.get("one").freezeServer(false);
    // What was on its way when it froze arrives now, or never.
    Map<String, String> arrived = new TreeMap<>();
    await()
        .during(Duration.ofMillis(500))
        .until(
            () -> {
              Map<String, String> now = versions(live("one"));
              boolean same = now.equals(arrived);
              arrived.clear();
              arrived.putAll(now);
              return same;
            });

    FleetOutcome thawed = fleet.reconcile();

    assertThat(thawed.kind()).as(thawed.message()).isEqualTo(FleetOutcome.Kind.COMPLETE);
    assertLive("one", "1");
    assertThat(versions(live("one"))).as("nothing is applied twice").containsAllEntriesOf(arrived);
    assertThat(fleet.reconcile().clusters().values())
        .allSatisfy(c -> assertThat(c.outcome().orElseThrow().kind()).isEqualTo(Kind.IN_SYNC));
  }

  @Test
  @DisplayName("one that lets nobody in and one that refuses have outcomes of their own")
  void strangersAndRefusals() {
    destinations.put("one", connect(SERVERS.get("one").kubeconfig("nobodys-token")));
    HasMetadata[] policy = {
      create(
          """
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingAdmissionPolicy
          metadata: {name: %1$s}
          spec:
            failurePolicy: Fail
            matchConstraints:
              namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
              resourceRules:
              - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
            validations: [{expression: "object.metadata.name != 'c1'", message: "never c1"}]
          """),
      create(
          """
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingAdmissionPolicyBinding
          metadata: {name: %1$s}
          spec: {policyName: %1$s, validationActions: [Deny]}
          """)
    };
    awaitPolicy();
    Fleet<ManifestSet> fleet = fleet(f -> f);

    FleetOutcome outcome = fleet.reconcile();

    for (HasMetadata object : policy) {
      SERVERS.get("three").client().resource(object).delete();
    }
    assertThat(outcome.kind()).isEqualTo(FleetOutcome.Kind.INCOMPLETE);
    assertThat(outcome.in(State.WELL)).containsExactly("two");
    Failure stranger = outcome.clusters().get("one").failure().orElseThrow();
    assertThat(stranger.code()).isEqualTo("K8S-UNAUTHORIZED");
    assertThat(stranger.message()).startsWith("cluster one: ");
    Failure refused = outcome.clusters().get("three").failure().orElseThrow();
    assertThat(refused.code()).isEqualTo("K8S-DENIED");
    assertThat(refused.message()).startsWith("cluster three: ").contains("never c1");
    assertThat(outcome.clusters().get("three").outcome().orElseThrow().kind())
        .isEqualTo(Kind.INCOMPLETE);
  }

  @Test
  @DisplayName("a first wave that is refused keeps the revision from the other servers")
  void waves() {
    UnaryOperator<FleetBuilder<ManifestSet>> inWaves =
        f -> f.wave(Wave.of("canary", "three")).wave(Wave.of("rest", "one", "two").withAtOnce(1));
    assertThat(fleet(inWaves).reconcile().kind()).isEqualTo(FleetOutcome.Kind.COMPLETE);
    source.commit(
        "broken",
        Map.of("app/0.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c0}, data: 7}"));

    FleetOutcome outcome = fleet(inWaves).reconcile();

    assertThat(outcome.kind()).isEqualTo(FleetOutcome.Kind.STOPPED);
    assertThat(outcome.in(State.NOT_REACHED)).containsExactly("one", "two");
    assertLive("one", "1");
    assertLive("two", "1");
  }

  @Test
  @DisplayName("under a controller a frozen cluster keeps no other from a revision or from healing")
  void underAController() {
    FleetBuilder<ManifestSet> builder =
        Fleet.builder("shop", source, ManifestRenderer.path("app"))
            .clusterLimit(Duration.ofSeconds(5));
    destinations.forEach(builder::cluster);
    ScheduledFleet<ManifestSet> fleet =
        builder.scheduled((cluster, target) -> target.interval(Duration.ofSeconds(1)));
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    GitOpsController controller =
        GitOpsController.builder().targets(fleet).workers(workers, 3).timer(timer).build();
    controller.start();
    try {
      await().until(() -> fleet.standing().kind() == FleetOutcome.Kind.COMPLETE);
      SERVERS.get("one").freezeServer(true);
      commit("2");

      await().untilAsserted(() -> assertLive("two", "2"));
      await().untilAsserted(() -> assertLive("three", "2"));
      assertThat(fleet.standing().clusters().get("one").state()).isNotEqualTo(State.WELL);
      SERVERS
          .get("three")
          .client()
          .configMaps()
          .inNamespace(namespace)
          .withName("c0")
          .edit(c -> new ConfigMapBuilder(c).addToData("text", "drifted").build());
      await().untilAsserted(() -> assertLive("three", "2"));

      SERVERS.get("one").freezeServer(false);
      await().until(() -> fleet.standing().kind() == FleetOutcome.Kind.COMPLETE);
      assertLive("one", "2");
    } finally {
      SERVERS.get("one").freezeServer(false);
      controller.stop(Duration.ofSeconds(10));
      timer.shutdownNow();
    }
  }

  private HasMetadata create(String yaml) {
    HasMetadata object = Serialization.unmarshal(yaml.formatted(namespace), HasMetadata.class);
    SERVERS.get("three").client().resource(object).create();
    return object;
  }

  /** Admission hears of what it admits a moment later. */
  private void awaitPolicy() {
    KubernetesClient client = SERVERS.get("three").client();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    ConfigMap probe =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("c1")
            .withNamespace(namespace)
            .endMetadata()
            .build();
    await()
        .until(
            () -> {
              try {
                client.resource(probe).dryRun().create();
                return false;
              } catch (KubernetesClientException e) {
                return e.getMessage().contains("never c1");
              }
            });
  }
}
