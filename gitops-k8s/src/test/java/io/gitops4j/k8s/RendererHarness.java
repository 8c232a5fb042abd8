package io.gitops4j.k8s;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.util.List;
import java.util.Map;

/** Files, and what is rendered of them. */
abstract class RendererHarness {
  static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: nginx:1}]}
      """;

  static List<String> names(ManifestRenderer.Builder builder, Map<String, String> files) {
    return render(builder.build(), files).manifests().stream().map(m -> m.id().name()).toList();
  }

  static String named(String name) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n";
  }

  static ManifestSet render(ManifestRenderer renderer, Map<String, String> files) {
    return renderer.render(snapshot(files), OperationContext.create());
  }

  static Snapshot snapshot(Map<String, String> files) {
    return InMemorySource.holding(files).snapshot();
  }
}
