package io.gitops4j.k8s;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;

/** One target as an administrator has it, in a namespace of its own. */
abstract class NamespaceHarness {
  final TestCluster cluster = TestCluster.shared();
  final String namespace;
  final InMemorySource source = new InMemorySource();
  final Map<String, String> files = new TreeMap<>();
  final KubernetesDestination destination;
  final Reconciler<ManifestSet> reconciler;

  NamespaceHarness(String prefix) {
    namespace = cluster.createNamespace(prefix);
    destination =
        KubernetesDestination.connect(
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
                .namespace(namespace)
                .stateNamespace(namespace)
                .build());
    reconciler =
        GitOps.target(namespace)
            .source(source)
            .renderer(ManifestRenderer.path("app"))
            .destination(destination)
            .build();
  }

  @AfterEach
  final void closeDestination() {
    destination.close();
  }

  /** Commits the files as they are now, and applies them. */
  final ReconcileOutcome reconcile() {
    source.commit("change", files);
    return reconciler.reconcile();
  }
}
