package io.gitops4j.k8s.internal.spi;

import io.gitops4j.k8s.ManifestConfig;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.render.Renderer;
import io.gitops4j.spi.RendererFactory;

/** Makes manifest renderers for whoever asks by name. */
public final class ManifestRendererFactory implements RendererFactory<ManifestConfig, ManifestSet> {
  @Override
  public String name() {
    return "manifests";
  }

  @Override
  public Class<ManifestConfig> configType() {
    return ManifestConfig.class;
  }

  @Override
  public Renderer<ManifestSet> create(ManifestConfig config) {
    return ManifestRenderer.of(config);
  }
}
