package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that expire and certificates that are renewed while a target lives. */
class CredentialsIT {
  private final InMemorySource source = new InMemorySource();
  @TempDir Path folder;

  @Test
  @DisplayName(
      "fault 46: a token that expired is read anew from its file; another authority is told")
  void rotates() throws Exception {
    try (TestCluster cluster =
        TestCluster.start(List.of(), List.of("first,admin2,admin2,system:masters"))) {
      Path kubeconfig =
          Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig("first"));
      String namespace = cluster.createNamespace("rotated");
      try (KubernetesDestination destination = connect(kubeconfig, namespace)) {
        Reconciler<ManifestSet> target = target(destination);
        commit("1");
        assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

        cluster.users(List.of("second,admin2,admin2,system:masters"));
        cluster.killServer();
        cluster.startServer();
        commit("2");
        Failure expired = failure(target.reconcile());
        assertThat(expired.code()).isEqualTo("K8S-UNAUTHORIZED");
        assertThat(expired.retryability()).isEqualTo(Retryability.NEVER);

        Files.writeString(kubeconfig, cluster.kubeconfig("second"));
        assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

        cluster.renewCertificate();
        commit("3");
        Failure strange = failure(target.reconcile());
        assertThat(strange.code()).as("%s", strange).isEqualTo("K8S-TLS");
      }
      Files.writeString(kubeconfig, cluster.kubeconfig("second"));
      try (KubernetesDestination destination = connect(kubeconfig, namespace)) {
        Reconciler<ManifestSet> target = target(destination);
        assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
        assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
      }
      assertThat(cluster.client().configMaps().inNamespace(namespace).withName("a").get().getData())
          .containsEntry("text", "3");
    }
  }

  private void commit(String text) {
    source.commit(text, Map.of("app/a.yaml", FaultedTarget.configMap("a", text)));
  }

  private static KubernetesDestination connect(Path kubeconfig, String namespace) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigFile(kubeconfig, java.util.Optional.empty()))
            .namespace(namespace)
            .stateNamespace(namespace)
            .build());
  }

  private Reconciler<ManifestSet> target(KubernetesDestination destination) {
    return GitOps.target("rotated")
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }

  private static Failure failure(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.FAILED);
    return ((ReconcileOutcome.Failed) outcome).failure();
  }
}
