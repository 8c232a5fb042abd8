package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.k8s.testing.CustomKinds;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A watched cluster: nothing is asked while nothing moves, and nothing is missed when it does. */
class WatchIT extends WatchHarness {
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
    try (KubernetesDestination second = destination(other)) {
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
    try (KubernetesDestination second = destination(other)) {
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
    files.put("app/crd.yaml", CustomKinds.things(group));
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
}
