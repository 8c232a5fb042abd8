package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.FaultProxy;
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

/** A target with two objects on a watched cluster, behind a proxy that breaks its streams. */
abstract class WatchHarness {
  final TestCluster cluster = TestCluster.shared();
  final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  final String namespace = cluster.createNamespace("watch");
  final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  final InMemorySource source = new InMemorySource();
  final Map<String, String> files = new HashMap<>();
  final List<Optional<ResourceId>> moved = new CopyOnWriteArrayList<>();
  KubernetesCluster connection;
  KubernetesDestination destination;
  Reconciler<ManifestSet> reconciler;

  @BeforeEach
  final void apply() {
    connect(Duration.ofSeconds(90));
    files.put("app/a.yaml", configMap("a", "1"));
    files.put("app/b.yaml", configMap("b", "1"));
    source.commit("one", files);
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
  }

  final void connect(Duration silence) {
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

  /** A destination on the watched cluster, whose state is beside that of the others. */
  final KubernetesDestination destination(String in) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
            .namespace(in)
            .stateNamespace(namespace)
            .build());
  }

  final Reconciler<ManifestSet> reconciler(KubernetesDestination to, String target) {
    return GitOps.target(target)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(to)
        .build();
  }

  @AfterEach
  final void close() {
    destination.close();
    connection.close();
    timer.shutdownNow();
    proxy.close();
  }

  final void awaitQuiet() {
    await()
        .untilAsserted(
            () -> {
              assertThat(connection.watching()).isEqualTo(2);
              proxy.forget();
              assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
              assertThat(proxy.seen()).isEmpty();
            });
  }

  final void heals() {
    await()
        .untilAsserted(
            () -> {
              assertThat(reconciler.reconcile().kind()).isNotEqualTo(ReconcileOutcome.Kind.FAILED);
              assertThat(value("a")).isEqualTo("1");
            });
  }

  final void write(String name, String text) {
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

  final String value(String name) {
    var live = cluster.client().configMaps().inNamespace(namespace).withName(name).get();
    return live == null ? "" : live.getData().get("text");
  }

  final ResourceId id(String name) {
    return new ResourceId("", "ConfigMap", namespace, name);
  }

  static String configMap(String name, String text) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {text: '%s'}}"
        .formatted(name, text);
  }
}
