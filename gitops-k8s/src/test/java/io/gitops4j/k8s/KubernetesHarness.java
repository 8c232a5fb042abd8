package io.gitops4j.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.DestinationHarness;
import io.gitops4j.tck.InMemorySource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** ConfigMaps with one value, in a namespace of their own, as the contracts see them. */
final class KubernetesHarness implements DestinationHarness<ManifestSet>, AutoCloseable {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("contract");
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(
                  new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
              .namespace(namespace)
              .stateNamespace(namespace)
              .build());

  @Override
  public Destination<ManifestSet> destination() {
    return destination;
  }

  @Override
  public TargetId target() {
    return new TargetId(namespace);
  }

  @Override
  public ManifestSet desired(Map<String, String> things) {
    Map<String, String> files = new TreeMap<>();
    things.forEach(
        (name, text) ->
            files.put(
                "app/" + name + ".yaml",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s}
                data: {text: "%s"}
                """
                    .formatted(name, text)));
    OperationContext context = OperationContext.create();
    try (Snapshot snapshot = InMemorySource.holding(files).snapshot()) {
      return ManifestRenderer.path("app").render(snapshot, context);
    }
  }

  @Override
  public ResourceId id(String name) {
    return new ResourceId("", "ConfigMap", namespace, name);
  }

  @Override
  public Optional<String> live(String name) {
    ConfigMap live = cluster.client().configMaps().inNamespace(namespace).withName(name).get();
    return Optional.ofNullable(live).map(c -> c.getData().get("text"));
  }

  @Override
  public void drift(String name, String text) {
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

  @Override
  public void vanish(String name) {
    cluster.client().configMaps().inNamespace(namespace).withName(name).delete();
  }

  @Override
  public void close() {
    destination.close();
  }
}
