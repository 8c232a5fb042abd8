package io.gitops4j.terraform.internal;

import io.gitops4j.reconcile.Destination;
import io.gitops4j.spi.DestinationFactory;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformWorkspace;

/** Makes Terraform destinations for whoever asks by name. */
public final class TerraformDestinationFactory
    implements DestinationFactory<TerraformConfig, TerraformWorkspace> {
  @Override
  public String name() {
    return "terraform";
  }

  @Override
  public Class<TerraformConfig> configType() {
    return TerraformConfig.class;
  }

  @Override
  public Destination<TerraformWorkspace> create(TerraformConfig config) {
    return TerraformDestination.open(config);
  }
}
