package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KubernetesEventsIT {
  private static final String MAP =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {key: %s}}\n---\n";

  private final TestCluster server = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(server);
  private final String namespace = server.createNamespace("told");
  private final ExecutorService writer = Executors.newSingleThreadExecutor();
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();
  private final KubernetesCluster cluster =
      KubernetesCluster.builder(
              new KubernetesConfig.KubeconfigContent(
                  Sensitive.of(proxy.kubeconfig()), Optional.empty()))
          .connect();
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(new KubernetesConfig.SharedCluster(cluster))
              .namespace(namespace)
              .stateNamespace(namespace)
              .build());

  @BeforeEach
  void makeOwner() {
    server
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("owner")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
  }

  @AfterEach
  void close() {
    destination.close();
    cluster.close();
    writer.shutdown();
    proxy.close();
  }

  private KubernetesEvents.Builder aboutOwner(Executor executor) {
    return KubernetesEvents.builder(cluster, executor)
        .about(target -> new KubernetesEvents.Owner("v1", "ConfigMap", namespace, "owner"));
  }

  private Reconciler<ManifestSet> target(KubernetesEvents events) {
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .listener(events)
        .build();
  }

  private void commit(String name, String content) {
    files.put("app/" + name + ".yaml", content);
    source.commit("change", files);
  }

  private List<Event> events() {
    return server.client().events().v1().events().inNamespace(namespace).list().getItems();
  }

  private List<Event> await(int count) {
    return Awaitility.await().until(this::events, found -> found.size() == count);
  }

  @Test
  @DisplayName(
      "a pass is told about its owner and its objects; one that changes nothing asks nothing")
  void tells() {
    try (KubernetesEvents events = aboutOwner(writer).aboutObjects().instance("pod-1").build()) {
      Reconciler<ManifestSet> target = target(events);
      commit("a", MAP.formatted("a", "one"));
      target.reconcile();

      assertThat(await(3))
          .extracting(e -> e.getRegarding().getName() + " " + e.getType() + " " + e.getReason())
          .containsExactlyInAnyOrder(
              "owner Normal Progressing",
              "a Normal ResourceCreated",
              "owner Normal ReconciliationSucceeded");
      Event last =
          events().stream()
              .filter(e -> e.getReason().equals("ReconciliationSucceeded"))
              .findFirst()
              .orElseThrow();
      assertThat(last.getNote()).endsWith("1 create");
      assertThat(last.getReportingInstance()).isEqualTo("pod-1");
      assertThat(last.getRegarding().getUid())
          .isEqualTo(
              server
                  .client()
                  .configMaps()
                  .inNamespace(namespace)
                  .withName("owner")
                  .get()
                  .getMetadata()
                  .getUid());

      proxy.forget();
      assertThat(target.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
      assertThat(proxy.seen())
          .noneMatch(r -> r.path().contains("events") || r.path().endsWith("/owner"));
    }
  }

  @Test
  @DisplayName("a failure that comes back is one Event with a count, written when it doubles")
  void counts() {
    try (KubernetesEvents events = aboutOwner(writer).build()) {
      Reconciler<ManifestSet> target = target(events);
      commit("broken", "{apiVersion: v1, metadata: {name: x}}");
      for (int pass = 1; pass <= 5; pass++) {
        target.reconcile();
      }

      Event event =
          Awaitility.await()
              .until(
                  () -> events().stream().filter(e -> e.getSeries() != null).toList(),
                  found -> found.size() == 1 && found.get(0).getSeries().getCount() == 4)
              .get(0);
      assertThat(event.getReason()).isEqualTo("BuildFailed");
      assertThat(event.getType()).isEqualTo("Warning");
      assertThat(event.getNote()).contains("kind is missing");
      assertThat(events()).hasSize(1);
    }
  }

  @Test
  @DisplayName("drift is told with its fields and who wrote them, without a value of a Secret")
  void keepsSecrets() {
    try (KubernetesEvents events = aboutOwner(writer).aboutObjects().build()) {
      Reconciler<ManifestSet> target = target(events);
      commit(
          "token",
          "{apiVersion: v1, kind: Secret, metadata: {name: token},"
              + " stringData: {password: canary-secret-one}}");
      target.reconcile();
      server
          .client()
          .secrets()
          .inNamespace(namespace)
          .withName("token")
          .edit(
              s -> {
                s.setStringData(Map.of("password", "canary-secret-two"));
                return s;
              });
      target.reconcile();
      commit(
          "token", "{apiVersion: v1, kind: Secret, metadata: {name: token}, data: {a: canary-}}");
      target.reconcile();
      List<Event> all =
          Awaitility.await()
              .until(
                  this::events,
                  found ->
                      found.stream().anyMatch(e -> e.getReason().equals("DriftDetected"))
                          && found.stream().anyMatch(e -> e.getReason().endsWith("Failed")));

      assertThat(all)
          .filteredOn(e -> e.getReason().equals("DriftDetected"))
          .allSatisfy(e -> assertThat(e.getNote()).contains("data.password changed by "));
      assertThat(all.toString()).doesNotContain("canary", "Y2FuYXJ5");
    }
  }

  @Test
  @DisplayName("a flood is cut for each target, and a refused or waiting Event holds up no pass")
  void staysOutOfTheWay() {
    StringBuilder many = new StringBuilder();
    IntStream.range(0, 40).forEach(i -> many.append(MAP.formatted("m" + i, "one")));
    try (KubernetesEvents events = aboutOwner(writer).aboutObjects().build()) {
      commit("many", many.toString());
      target(events).reconcile();
      await(20);
    }
    proxy.inject(
        1000,
        r -> r.path().endsWith("/events") && r.writes(),
        FaultProxy.status(403, "no Events for you"));
    try (KubernetesEvents refused = aboutOwner(Runnable::run).build();
        KubernetesEvents waiting = aboutOwner(task -> {}).build()) {
      for (KubernetesEvents events : List.of(refused, waiting)) {
        commit("many", MAP.formatted("m0", events == refused ? "two" : "three"));
        assertThat(target(events).reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
      }
    }
  }

  @Test
  @DisplayName("of a look at a target, a pass that stops at the plan, nothing is told")
  void leavesLooksOut() {
    try (KubernetesEvents events = aboutOwner(Runnable::run).aboutObjects().build()) {
      Reconciler<ManifestSet> target = target(events);
      commit("a", MAP.formatted("a", "one"));
      target.reconcile();
      server
          .client()
          .configMaps()
          .inNamespace(namespace)
          .withName("a")
          .edit(
              m -> {
                m.setData(Map.of("key", "drifted"));
                return m;
              });
      List<Event> before = events();

      ReconcileOutcome look = target.plan(OperationContext.create());

      assertThat(look.kind()).isEqualTo(ReconcileOutcome.Kind.PLANNED);
      assertThat(events()).hasSameSizeAs(before);
      assertThat(target.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
      assertThat(events()).extracting(Event::getReason).contains("DriftDetected");
    }
  }

  @Test
  @DisplayName("a note that the server would refuse is cut, and settings that mean nothing too")
  void checks() {
    assertThatThrownBy(() -> KubernetesEvents.builder(cluster, writer).instance("").build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("what Events are about")
        .hasMessageContaining("instance");
    try (KubernetesEvents events = aboutOwner(writer).build()) {
      commit("long", "{apiVersion: v1, kind: %s, metadata: {name: x}}".formatted("Ü".repeat(900)));
      target(events).reconcile();

      String note = await(1).get(0).getNote();
      assertThat(note).endsWith("…");
      assertThat(note.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(950, 1024);
    }
  }
}
