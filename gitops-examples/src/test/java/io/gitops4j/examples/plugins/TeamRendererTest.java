package io.gitops4j.examples.plugins;

import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.render.Renderer;
import io.gitops4j.tck.RendererContract;
import java.util.Map;
import java.util.Optional;

class TeamRendererTest extends RendererContract<ManifestSet> {
  @Override
  protected Renderer<ManifestSet> renderer() {
    return new TeamRenderer();
  }

  @Override
  protected Map<String, String> files() {
    return Map.of("teams.txt", "shop\nsearch\n");
  }

  @Override
  protected Map<String, String> otherFiles() {
    return Map.of("teams.txt", "shop\n");
  }

  @Override
  protected Optional<Map.Entry<String, Map<String, String>>> brokenFiles() {
    return Optional.of(Map.entry("teams.txt", Map.of("teams.txt", "shop\n../etc\n")));
  }
}
