package io.gitops4j.k8s;

import io.gitops4j.tck.ApplierContract;
import io.gitops4j.tck.DestinationHarness;
import org.junit.jupiter.api.AfterEach;

class KubernetesApplierContractIT extends ApplierContract<ManifestSet> {
  private final KubernetesHarness harness = new KubernetesHarness();

  @Override
  protected DestinationHarness<ManifestSet> harness() {
    return harness;
  }

  @AfterEach
  void close() {
    harness.close();
  }
}
