package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.InMemorySource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A pin on a watched cluster: it holds for every process, and costs nothing while nothing moves.
 */
class RollbackIT {
  private final TestCluster cluster = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  private final String namespace = cluster.createNamespace("rollback");
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final InMemorySource source = new InMemorySource();
  private final KubernetesCluster watched =
      KubernetesCluster.builder(kubeconfig(proxy.kubeconfig())).watch(timer).connect();
  private final KubernetesDestination destination =
      destination(new KubernetesConfig.SharedCluster(watched));
  private final KubernetesDestination other = destination(kubeconfig(cluster.kubeconfig()));
  private final Reconciler<ManifestSet> ours = reconciler(destination);
  private final Reconciler<ManifestSet> theirs = reconciler(other);

  @AfterEach
  void close() {
    destination.close();
    other.close();
    watched.close();
    timer.shutdownNow();
    proxy.close();
  }

  @Test
  @DisplayName("a pin of one process is obeyed by another, and so is its release")
  void holdsForEveryProcess() {
    applied("one", "1");
    applied("two", "2");

    assertThat(theirs.rollback(toOldest(), context()).kind()).isEqualTo(Kind.APPLIED);
    assertThat(value()).isEqualTo("1");

    await().until(() -> ours.pin(context()).isPresent());
    ReconcileOutcome pass = ours.reconcile();
    assertThat(pass.kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(pass.pass().pin().orElseThrow().by()).isEqualTo("ann");
    source.commit("three", files("3"));
    assertThat(ours.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(theirs.release(context())).isPresent();
    await().until(() -> ours.pin(context()).isEmpty());
    assertThat(ours.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(value()).isEqualTo("3");
  }

  @Test
  @DisplayName("right after its own pin or release a process knows it, whatever its watch shows")
  void knowsItsOwnPin() {
    applied("one", "1");
    applied("two", "2");
    for (int i = 0; i < 5; i++) {
      ours.rollback(toOldest(), context());
      assertThat(ours.reconcile().pass().pin()).isPresent();
      assertThat(value()).isEqualTo("1");
      ours.release(context());
      assertThat(ours.reconcile().pass().pin()).isEmpty();
      assertThat(value()).isEqualTo("2");
    }
  }

  @Test
  @DisplayName("neither a pin nor its absence costs a request while nothing moves")
  void costsNothing() {
    applied("one", "1");
    applied("two", "2");
    awaitQuiet();
    ours.rollback(toOldest(), context());
    awaitQuiet();
    assertThat(ours.reconcile().pass().pin()).isPresent();
    ours.release(context());
    ours.reconcile();
    awaitQuiet();
  }

  private void awaitQuiet() {
    await()
        .until(
            () -> {
              proxy.forget();
              assertThat(ours.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
              return proxy.seen().isEmpty();
            });
  }

  private void applied(String message, String value) {
    source.commit(message, files(value));
    assertThat(ours.reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  private Rollback toOldest() {
    List<HistoryEntry> all = destination.history().list(ours.target(), context());
    return Rollback.to(
        all.stream()
            .filter(e -> e.revision().commit().orElseThrow().message().equals("one"))
            .findFirst()
            .orElseThrow(),
        "ann",
        "two is broken");
  }

  private Map<String, String> files(String value) {
    return Map.of("app/a.yaml", SimulatedTarget.map("a", "", value));
  }

  private String value() {
    return cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName("a")
        .get()
        .getData()
        .get("value");
  }

  private Reconciler<ManifestSet> reconciler(KubernetesDestination to) {
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(to)
        .build();
  }

  private KubernetesDestination destination(KubernetesConfig.Access access) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(access).namespace(namespace).stateNamespace(namespace).build());
  }

  private static KubernetesConfig.Access kubeconfig(String content) {
    return new KubernetesConfig.KubeconfigContent(Sensitive.of(content), Optional.empty());
  }

  private static OperationContext context() {
    return OperationContext.create();
  }
}
