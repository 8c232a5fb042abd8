package io.gitops4j.k8s.internal.spi;

import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.spi.DestinationFactory;

/** Makes Kubernetes destinations for whoever asks by name. */
public final class KubernetesDestinationFactory
    implements DestinationFactory<KubernetesConfig, ManifestSet> {
  @Override
  public String name() {
    return "kubernetes";
  }

  @Override
  public Class<KubernetesConfig> configType() {
    return KubernetesConfig.class;
  }

  @Override
  public Destination<ManifestSet> create(KubernetesConfig config) {
    return KubernetesDestination.connect(config);
  }
}
