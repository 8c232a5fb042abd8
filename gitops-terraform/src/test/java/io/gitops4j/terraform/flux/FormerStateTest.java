package io.gitops4j.terraform.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An object that tofu-controller has a state of. */
class FormerStateTest {
  private static final String APPLIED = "status: {lastAppliedRevision: main@sha1:1}\n";

  @ParameterizedTest
  @ValueSource(strings = {APPLIED, "status: {plan: {lastApplied: plan-main-1}}\n"})
  @DisplayName("one that was applied and says no backend is refused with the place of its state")
  void refusesWhatWasApplied(String status) {
    assertThatThrownBy(() -> read("", status))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Secret tfstate-default-network of the namespace prod")
        .hasMessageContaining("terraform state push")
        .hasMessageContaining("remove status");
    assertThatThrownBy(() -> read("  workspace: blue\n  destroy: true\n", status))
        .hasMessageContaining("tfstate-blue-network");
  }

  @Test
  @DisplayName("one that was never applied, or leaves the backend to the configuration, is taken")
  void takesTheRest() {
    assertThat(read("", "").name()).isEqualTo("network");
    assertThat(read("", "status: {lastAttemptedRevision: a, plan: {pending: b}}\n").name())
        .isEqualTo("network");
    assertThat(read("  backendConfig: {disable: true}\n", APPLIED).name()).isEqualTo("network");
  }

  @Test
  @DisplayName("a backend that is given is refused, with the way to keep the state where it is")
  void refusesGivenBackends() {
    assertThatThrownBy(() -> read("  backendConfig: {secretSuffix: x}\n", APPLIED))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("spec.backendConfig is not honoured")
        .hasMessageContaining("TerraformRenderer.Builder.backend")
        .hasMessageNotContaining("tfstate-");
  }

  private static TerraformManifest read(String fields, String status) {
    String objects =
        """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: infra}
        spec: {interval: 1m, url: https://git.example.com/infra.git}
        ---
        apiVersion: infra.contrib.fluxcd.io/v1alpha2
        kind: Terraform
        metadata: {name: network, namespace: prod}
        spec:
          interval: 10m
          sourceRef: {kind: GitRepository, name: infra}
        """;
    return TerraformManifest.read(
        "infra.yaml", (objects + fields + status).getBytes(StandardCharsets.UTF_8));
  }
}
