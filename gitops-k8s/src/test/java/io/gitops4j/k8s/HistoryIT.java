package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.PlanId;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The record of passes in the cluster: what it keeps, and what it costs to add to it. */
class HistoryIT {
  private final OperationContext context = OperationContext.create();
  private final TestCluster cluster = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  private final String namespace = cluster.createNamespace("history");
  private final TargetId target = new TargetId(namespace);
  private final KubernetesDestination ours = destination(proxy.kubeconfig());
  private final KubernetesDestination theirs = destination(cluster.kubeconfig());

  @AfterEach
  void close() {
    ours.close();
    theirs.close();
    proxy.close();
  }

  @Test
  @DisplayName("an entry costs one request while nobody else adds any")
  void addsByOneRequest() {
    add(ours, "1");
    proxy.forget();

    add(ours, "2");
    add(ours, "3");

    assertThat(proxy.seen()).extracting(FaultProxy.Request::method).containsExactly("PUT", "PUT");
    assertThat(names()).containsExactly("3", "2", "1");
  }

  @Test
  @DisplayName("no entry is lost when others add some, or the record is removed")
  void losesNothing() {
    add(ours, "1");
    add(theirs, "2");
    add(ours, "3");
    add(theirs, "4");
    assertThat(names()).containsExactly("4", "3", "2", "1");

    cluster.client().secrets().inNamespace(namespace).delete();
    add(theirs, "5");
    assertThat(names()).containsExactly("5");
  }

  @Test
  @DisplayName("an entry of a pass that is kept takes its place, whoever added one meanwhile")
  void keepsOneForAPass() {
    add(ours, "1");
    add(ours, "2");
    add(ours, "2");
    add(theirs, "3");
    add(ours, "2");

    assertThat(names()).containsExactly("3", "2", "1");
  }

  @Test
  @DisplayName("the newest ten are kept")
  void keepsTen() {
    for (int i = 1; i <= 12; i++) {
      add(ours, String.valueOf(i));
    }
    assertThat(names()).hasSize(10).startsWith("12").endsWith("3");
  }

  private void add(KubernetesDestination to, String name) {
    to.history()
        .add(
            target,
            new HistoryEntry(
                name,
                new Revision("main", Digest.sha256(name), Optional.empty()),
                ReconcileOutcome.Kind.APPLIED,
                new PlanId(Digest.sha256(name)),
                Instant.EPOCH,
                Duration.ofSeconds(1),
                Optional.empty(),
                HistoryEntry.Scope.WHOLE,
                Optional.empty(),
                List.of()),
            context);
  }

  private List<String> names() {
    return theirs.history().list(target, context).stream().map(HistoryEntry::operationId).toList();
  }

  private KubernetesDestination destination(String kubeconfig) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigContent(Sensitive.of(kubeconfig), Optional.empty()))
            .namespace(namespace)
            .stateNamespace(namespace)
            .build());
  }
}
