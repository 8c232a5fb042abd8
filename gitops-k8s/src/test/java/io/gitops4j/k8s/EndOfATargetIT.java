package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.GitOps;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.render.Renderer;
import io.gitops4j.tck.InMemorySource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EndOfATargetIT {
  private final TestCluster cluster = TestCluster.shared();
  private final KubernetesClient admin = cluster.client();
  private final String namespace = cluster.createNamespace("end");
  private final String state = cluster.createNamespace("state");
  private final ResourceId secret = new ResourceId("", "Secret", namespace, "b");
  private final InMemorySource source = new InMemorySource();
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(cluster.kubeconfigFile())
              .namespace(namespace)
              .stateNamespace(state)
              .protectedKinds(ProtectedKinds.standard().and("/Secret"))
              .build());

  @AfterEach
  void close() {
    destination.close();
  }

  @Test
  @DisplayName(
      "all that a target owns goes, what is protected once it is confirmed; its state stays")
  void removesEverything() {
    source.commit(
        "one",
        Map.of(
            "app/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
            "app/b.yaml", "{apiVersion: v1, kind: Secret, metadata: {name: b}}"));
    assertThat(target(ManifestRenderer.path("app"), Set.of()).reconcile().kind())
        .isEqualTo(Kind.APPLIED);

    ReconcileOutcome first = target(ManifestRenderer.nothing(), Set.of()).reconcile();

    assertThat(first.kind()).as("%s", first).isEqualTo(Kind.APPLIED);
    assertThat(admin.configMaps().inNamespace(namespace).withName("a").get()).isNull();
    assertThat(admin.secrets().inNamespace(namespace).withName("b").get()).isNotNull();

    Reconciler<ManifestSet> confirmed = target(ManifestRenderer.nothing(), Set.of(secret));
    assertThat(confirmed.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(admin.secrets().inNamespace(namespace).withName("b").get()).isNull();
    assertThat(confirmed.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(
            destination.inventory().load(confirmed.target(), OperationContext.create()).entries())
        .isEmpty();
    List<? extends HasMetadata> left = admin.secrets().inNamespace(state).list().getItems();
    assertThat(left)
        .isNotEmpty()
        .allSatisfy(
            s ->
                assertThat(s.getMetadata().getAnnotations())
                    .containsEntry("gitops4j.io/target", namespace));
  }

  private Reconciler<ManifestSet> target(
      Renderer<ManifestSet> renderer, Set<ResourceId> confirmed) {
    return GitOps.target(namespace)
        .source(source)
        .renderer(renderer)
        .destination(destination)
        .policy(SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW))
        .confirmation(PruneConfirmation.of(confirmed))
        .build();
  }
}
