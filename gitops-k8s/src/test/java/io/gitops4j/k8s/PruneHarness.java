package io.gitops4j.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.gitops4j.GitOps;
import io.gitops4j.diff.Change;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.tck.InMemorySource;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** A target from which things are removed, behind a proxy. */
abstract class PruneHarness {
  final TestCluster cluster = TestCluster.shared();
  final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  final String namespace = cluster.createNamespace("faults");
  final TargetId target = new TargetId(namespace);
  final InMemorySource source = new InMemorySource();
  final Map<String, String> files = new HashMap<>();
  final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(
                  new KubernetesConfig.KubeconfigContent(
                      Sensitive.of(proxy.kubeconfig()), Optional.empty()))
              .namespace(namespace)
              .stateNamespace(namespace)
              .build());

  @AfterEach
  final void close() {
    destination.close();
    proxy.close();
  }

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  static Change change(List<Change> changes, String name) {
    return changes.stream().filter(c -> c.id().name().equals(name)).findFirst().orElseThrow();
  }

  final void configMap(String name, String metadata) {
    files.put(
        "app/" + name + ".yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  %s\n".formatted(name, metadata));
  }

  final ConfigMap live(String name) {
    return cluster.client().configMaps().inNamespace(namespace).withName(name).get();
  }

  final ResourceId id(String name) {
    return new ResourceId("", "ConfigMap", namespace, name);
  }

  final Inventory inventory() {
    return destination.inventory().load(target, OperationContext.create());
  }

  final ReconcileOutcome reconcile() {
    return reconcile(PruneConfirmation.none());
  }

  final ReconcileOutcome reconcile(PruneConfirmation confirmation) {
    source.commit("change", files);
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .confirmation(confirmation)
        .build()
        .reconcile();
  }
}
