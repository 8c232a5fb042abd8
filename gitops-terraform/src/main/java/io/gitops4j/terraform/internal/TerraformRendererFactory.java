package io.gitops4j.terraform.internal;

import io.gitops4j.render.Renderer;
import io.gitops4j.spi.RendererFactory;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.TerraformWorkspace;
import io.gitops4j.terraform.WorkspaceConfig;

/** Makes renderers of workspaces for whoever asks by name. */
public final class TerraformRendererFactory
    implements RendererFactory<WorkspaceConfig, TerraformWorkspace> {
  @Override
  public String name() {
    return "terraform";
  }

  @Override
  public Class<WorkspaceConfig> configType() {
    return WorkspaceConfig.class;
  }

  @Override
  public Renderer<TerraformWorkspace> create(WorkspaceConfig config) {
    return TerraformRenderer.of(config);
  }
}
