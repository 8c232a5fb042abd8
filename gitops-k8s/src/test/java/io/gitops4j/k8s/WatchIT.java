package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A watched cluster: nothing is asked while nothing moves, and nothing is missed when it does. */
class WatchIT {
  private final TestCluster cluster = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  private final String namespace = cluster.createNamespace("watch");
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();
  private final List<Optional<ResourceId>> moved = new CopyOnWriteArrayList<>();
  private KubernetesCluster connection;
  private KubernetesDestination destination;
  private Reconciler<ManifestSet> reconciler;

  @BeforeEach
  void apply() {
    connect(Duration.ofSeconds(90));
    files.put("app/a.yaml", configMap("a", "1"));
    files.put("app/b.yaml", configMap("b", "1"));
    source.commit("one", files);
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
  }

  private void connect(Duration silence) {
    connection =
        KubernetesCluster.builder(
                new KubernetesConfig.KubeconfigContent(
                    Sensitive.of(proxy.kubeconfig()), Optional.empty()))
            .watch(timer)
            .silence(silence)
            .requestTimeout(Duration.ofSeconds(2))
            .connect();
    destination = destination(namespace);
    reconciler = reconciler(destination, namespace);
    destination.watch(
        (target, thing) -> {
          if (target.name().equals(namespace)) {
            moved.add(thing);
          }
        });
  }

  private KubernetesDestination destination(String stateNamespace) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
            .namespace(namespace)
            .stateNamespace(stateNamespace)
            .build());
  }

  private Reconciler<ManifestSet> reconciler(KubernetesDestination to, String target) {
    return GitOps.target(target)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(to)
        .build();
  }

  @AfterEach
  void close() {
    destination.close();
    connection.close();
    timer.shutdownNow();
    proxy.close();
  }

  @Test
  @DisplayName("a pass that finds nothing to do sends no request at all")
  void quiet() {
    awaitQuiet();

    proxy.forget();
    for (int i = 0; i < 10; i++) {
      assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
    }

    assertThat(proxy.seen()).isEmpty();
  }

  @Test
  @DisplayName("after its own write a pass sends no request at all")
  void ownWrite() {
    awaitQuiet();
    files.put("app/a.yaml", configMap("a", "2"));
    source.commit("two", files);
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);

    proxy.forget();
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);

    assertThat(proxy.seen()).isEmpty();
    write("b", "drifted");
    await().until(() -> moved.contains(Optional.of(id("b"))));
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
    assertThat(value("b")).isEqualTo("1");
  }

  @Test
  @DisplayName("a foreign write is told, and the next pass heals it")
  void drift() {
    awaitQuiet();
    moved.clear();

    write("a", "drifted");

    await().until(() -> moved.contains(Optional.of(id("a"))));
    heals();
  }

  @Test
  @DisplayName("what was deleted by somebody else is told and comes back")
  void vanished() {
    awaitQuiet();
    moved.clear();

    cluster.client().configMaps().inNamespace(namespace).withName("a").delete();

    await().until(() -> moved.contains(Optional.of(id("a"))));
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
    assertThat(value("a")).isEqualTo("1");
  }

  @Test
  @DisplayName("a stream that was cut goes on where it was, without a list")
  void resumes() {
    awaitQuiet();
    moved.clear();
    proxy.forget();

    proxy.inject(2, Request::watches, FaultProxy.status(503, "ServiceUnavailable"));
    proxy.cutOpen();
    write("a", "drifted while nobody listened");

    await().until(() -> moved.contains(Optional.of(id("a"))));
    assertThat(proxy.seen()).filteredOn(Request::watches).isNotEmpty();
    assertThat(proxy.seen())
        .filteredOn(r -> !r.watches() && !r.query().contains("limit=1"))
        .isEmpty();
    heals();
  }

  @Test
  @DisplayName("while its stream is away, a pass lists and believes nothing that was told before")
  void listsMeanwhile() {
    awaitQuiet();
    proxy.inject(100, Request::watches, FaultProxy.status(503, "ServiceUnavailable"));
    proxy.inject(100, r -> r.query().contains("limit=1"), FaultProxy.status(503, "None"));
    proxy.cutOpen();
    await().until(() -> connection.watching() == 0);
    write("a", "drifted");

    heals();
  }

  @Test
  @DisplayName("fault 10: after a state that the server has forgotten, everything is listed again")
  void gone() {
    awaitQuiet();
    moved.clear();
    proxy.inject(2, Request::watches, FaultProxy.status(410, "Expired"));
    proxy.cutOpen();

    await().until(() -> moved.contains(Optional.<ResourceId>empty()));
    write("a", "drifted");
    heals();
    awaitQuiet();
  }

  @Test
  @DisplayName("fault 10: an error inside the stream is no event: everything is listed again")
  void errorEvent() {
    awaitQuiet();
    moved.clear();
    proxy.inject(
        2,
        Request::watches,
        FaultProxy.answer(
            200,
            Map.of("Content-Type", "application/json"),
            "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
                + "\"message\":\"too old resource version\"}}\n"));
    proxy.cutOpen();

    await().until(() -> moved.contains(Optional.<ResourceId>empty()));
    write("a", "drifted");
    heals();
    awaitQuiet();
  }

  @Test
  @DisplayName("a server that comes back with an older state is listed again")
  void restored() {
    awaitQuiet();
    moved.clear();
    proxy.inject(
        2,
        r -> r.query().contains("limit=1"),
        FaultProxy.answer(
            200,
            Map.of("Content-Type", "application/json"),
            "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},"
                + "\"items\":[]}"));
    proxy.cutOpen();

    await().until(() -> moved.contains(Optional.<ResourceId>empty()));
    write("a", "drifted");
    heals();
    awaitQuiet();
  }

  @Test
  @DisplayName("fault 12: a stream that froze is not believed, and a frozen server is no absence")
  void frozen() {
    destination.close();
    connection.close();
    connect(Duration.ofMillis(700));
    reconciler.reconcile();
    proxy.freeze(true);
    write("a", "drifted");
    // Longer than the silence that is allowed: from then on only an answer counts.
    await().until(() -> connection.watching() == 0);

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(outcome.kind()).isEqualTo(ReconcileOutcome.Kind.FAILED);
    proxy.freeze(false);
    await().untilAsserted(() -> assertThat(value("a")).isEqualTo(healed()));
  }

  @Test
  @DisplayName("without the permission to watch, every pass lists")
  void forbidden() {
    destination.close();
    connection.close();
    proxy.inject(100, Request::watches, FaultProxy.status(403, "Forbidden"));
    connect(Duration.ofSeconds(90));
    reconciler.reconcile();
    write("a", "drifted");

    heals();
    assertThat(connection.watching()).isZero();
    assertThat(proxy.seen())
        .filteredOn(Request::watches)
        .as("tried once a kind")
        .hasSizeLessThan(8);
  }

  @Test
  @DisplayName("targets on one cluster share the streams and keep their objects apart")
  void shared() {
    awaitQuiet();
    long streams = connection.watching();
    String other = cluster.createNamespace("watch-other");
    try (KubernetesDestination second =
        KubernetesDestination.connect(
            KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
                .namespace(other)
                .stateNamespace(namespace)
                .build())) {
      Reconciler<ManifestSet> others = reconciler(second, other);
      assertThat(others.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
      await()
          .untilAsserted(
              () -> {
                proxy.forget();
                assertThat(others.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
                assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
                assertThat(proxy.seen()).isEmpty();
              });

      assertThat(connection.watching()).isEqualTo(streams);
    }
  }

  @Test
  @DisplayName("after the first sync of a target a pass sends no request at all")
  void firstSync() {
    awaitQuiet();
    String other = cluster.createNamespace("watch-first");
    try (KubernetesDestination second =
        KubernetesDestination.connect(
            KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
                .namespace(other)
                .stateNamespace(namespace)
                .build())) {
      Reconciler<ManifestSet> others = reconciler(second, other);
      assertThat(others.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);

      proxy.forget();
      assertThat(others.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);

      assertThat(proxy.seen()).isEmpty();
    }
  }

  @Test
  @DisplayName("after a restart an inventory is read once, with the list that its stream begins at")
  void restarted() {
    destination.close();
    connection.close();
    proxy.forget();
    connect(Duration.ofSeconds(90));
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);

    assertThat(proxy.seen())
        .filteredOn(r -> !r.watches() && r.path().contains("/secrets"))
        .singleElement()
        .satisfies(r -> assertThat(r.query()).contains("inventory-of"));
  }

  @Test
  @DisplayName("a definition that was deleted comes back, and its objects with it")
  void definitionAnew() {
    String group = namespace + ".example.org";
    files.put(
        "app/crd.yaml",
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: things.%1$s}
        spec:
          group: %1$s
          scope: Namespaced
          names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
            .formatted(group));
    files.put(
        "app/thing.yaml",
        "{apiVersion: %s/v1, kind: Thing, metadata: {name: one}, spec: {a: 1}}".formatted(group));
    source.commit("two", files);
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
    var definitions = cluster.client().apiextensions().v1().customResourceDefinitions();
    await().until(() -> reconciler.reconcile().kind(), k -> k == ReconcileOutcome.Kind.IN_SYNC);
    definitions.withName("things." + group).delete();
    await().until(() -> definitions.withName("things." + group).get() == null);

    await().until(() -> reconciler.reconcile().kind(), k -> k == ReconcileOutcome.Kind.APPLIED);

    assertThat(
            cluster
                .client()
                .genericKubernetesResources(group + "/v1", "Thing")
                .inNamespace(namespace)
                .withName("one")
                .get())
        .isNotNull();
    await().until(() -> reconciler.reconcile().kind(), k -> k == ReconcileOutcome.Kind.IN_SYNC);
    moved.clear();
    definitions.withName("things." + group).delete();
    await("its stream is given up").until(() -> moved.contains(Optional.empty()));
  }

  @Test
  @DisplayName("an inventory that another process stored meanwhile is read again")
  void foreignInventory() {
    awaitQuiet();
    files.put("app/c.yaml", configMap("c", "1"));
    source.commit("two", files);
    try (KubernetesDestination elsewhere =
        KubernetesDestination.connect(
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
                .namespace(namespace)
                .stateNamespace(namespace)
                .build())) {
      assertThat(reconciler(elsewhere, namespace).reconcile().kind())
          .isEqualTo(ReconcileOutcome.Kind.APPLIED);
    }
    files.remove("app/c.yaml");
    source.commit("three", files);

    await()
        .untilAsserted(
            () -> {
              reconciler.reconcile();
              assertThat(value("c")).as("pruned by who did not make it").isEmpty();
            });
  }

  private void awaitQuiet() {
    await()
        .untilAsserted(
            () -> {
              assertThat(connection.watching()).isEqualTo(2);
              proxy.forget();
              assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
              assertThat(proxy.seen()).isEmpty();
            });
  }

  private void heals() {
    await().untilAsserted(() -> assertThat(healed()).isEqualTo("1"));
  }

  private String healed() {
    assertThat(reconciler.reconcile().kind()).isNotEqualTo(ReconcileOutcome.Kind.FAILED);
    assertThat(value("a")).isEqualTo("1");
    return value("a");
  }

  private void write(String name, String text) {
    cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName(name)
        .edit(
            c -> {
              c.getData().put("text", text);
              return c;
            });
  }

  private String value(String name) {
    var live = cluster.client().configMaps().inNamespace(namespace).withName(name).get();
    return live == null ? "" : live.getData().get("text");
  }

  private ResourceId id(String name) {
    return new ResourceId("", "ConfigMap", namespace, name);
  }

  private static String configMap(String name, String text) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {text: '%s'}}"
        .formatted(name, text);
  }
}
