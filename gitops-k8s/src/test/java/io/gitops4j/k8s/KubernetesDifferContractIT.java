package io.gitops4j.k8s;

import io.gitops4j.tck.DestinationHarness;
import io.gitops4j.tck.DifferContract;
import org.junit.jupiter.api.AfterEach;

class KubernetesDifferContractIT extends DifferContract<ManifestSet> {
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
