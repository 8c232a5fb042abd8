package io.gitops4j.k8s;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.util.Map;
import java.util.Optional;

/** What a renderer makes of files. */
final class RenderedFiles {
  private RenderedFiles() {}

  static ManifestSet render(ManifestRenderer renderer, Map<String, String> files) {
    return renderer.render(snapshot(files), OperationContext.create());
  }

  static Snapshot snapshot(Map<String, String> files) {
    InMemorySource source = new InMemorySource();
    source.commit("files", files);
    return ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
        .snapshot();
  }

  static String named(String name) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n";
  }
}
