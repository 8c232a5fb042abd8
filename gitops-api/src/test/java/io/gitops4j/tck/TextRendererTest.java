package io.gitops4j.tck;

import io.gitops4j.render.Renderer;
import java.util.Map;
import java.util.Optional;

class TextRendererTest extends RendererContract<TextSet> {
  @Override
  protected Renderer<TextSet> renderer() {
    return new TextSet.TextRenderer();
  }

  @Override
  protected Map<String, String> files() {
    return Map.of("a", "1");
  }

  @Override
  protected Map<String, String> otherFiles() {
    return Map.of("a", "2");
  }

  @Override
  protected Optional<Map.Entry<String, Map<String, String>>> brokenFiles() {
    return Optional.empty();
  }
}
