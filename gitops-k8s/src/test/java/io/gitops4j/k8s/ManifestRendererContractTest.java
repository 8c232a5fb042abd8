package io.gitops4j.k8s;

import io.gitops4j.render.Renderer;
import io.gitops4j.tck.RendererContract;
import java.util.Map;
import java.util.Optional;

class ManifestRendererContractTest extends RendererContract<ManifestSet> {
  private static final String CONFIG =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {text: %s}}";

  @Override
  protected Renderer<ManifestSet> renderer() {
    return ManifestRenderer.path("app");
  }

  @Override
  protected Map<String, String> files() {
    return Map.of("app/a.yaml", CONFIG.formatted("one"));
  }

  @Override
  protected Map<String, String> otherFiles() {
    return Map.of("app/a.yaml", CONFIG.formatted("two"));
  }

  @Override
  protected Optional<Map.Entry<String, Map<String, String>>> brokenFiles() {
    return Optional.of(
        Map.entry(
            "app/b.yaml",
            Map.of("app/a.yaml", CONFIG.formatted("one"), "app/b.yaml", "kind: [unclosed")));
  }
}
