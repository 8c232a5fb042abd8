package io.gitops4j.terraform.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TerraformManifestTest {
  private static final String REPOSITORY =
      """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: infra}
      spec: {interval: 1m, url: "https://bot:canary@git.example.com/infra.git"}
      """;

  @Test
  @DisplayName("its target has its name, and its namespace where it names one")
  void namesItsTarget() {
    assertThat(read("{name: network}").targetName()).isEqualTo("network");
    assertThat(read("{name: network, namespace: prod}").targetName()).isEqualTo("prod/network");
  }

  @Test
  @DisplayName("it prints with its name and its repository, never with the password of that")
  void printsWithoutPassword() {
    assertThat(read("{name: network}").toString())
        .contains("network")
        .contains("git.example.com/infra.git")
        .doesNotContain("canary");
  }

  @Test
  @DisplayName("what is no pair of a Terraform object and its GitRepository is refused by its file")
  void refusesOtherObjects() {
    String terraform = terraform("{name: network}");
    for (String other :
        List.of(
            "",
            terraform,
            REPOSITORY,
            terraform + "---\n" + REPOSITORY + "---\nkind: ConfigMap\n",
            terraform + "---\n" + terraform + "---\n" + REPOSITORY,
            terraform.replace("kind: Terraform", "kind: Kustomization") + "---\n" + REPOSITORY,
            terraform.replace("infra.contrib.fluxcd.io", "example.com") + "---\n" + REPOSITORY)) {
      assertThatThrownBy(() -> parse(other))
          .as(other)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("infra.yaml")
          .hasMessageContaining("one Terraform and its GitRepository");
    }
  }

  @Test
  @DisplayName("what is no YAML is an error with its line, and JSON is YAML")
  void readsYaml() {
    assertThatThrownBy(() -> parse("kind: [Terraform\n"))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("infra.yaml, document 1");
    assertThat(
            parse(
                    """
                    {"apiVersion": "infra.contrib.fluxcd.io/v1alpha2", "kind": "Terraform",
                     "metadata": {"name": "network"},
                     "spec": {"sourceRef": {"kind": "GitRepository", "name": "infra"}}}
                    ---
                    """
                        + REPOSITORY)
                .name())
        .isEqualTo("network");
  }

  private static TerraformManifest read(String metadata) {
    return parse(terraform(metadata) + "---\n" + REPOSITORY);
  }

  private static String terraform(String metadata) {
    return """
        apiVersion: infra.contrib.fluxcd.io/v1alpha2
        kind: Terraform
        metadata: %s
        spec:
          interval: 10m
          path: infra
          sourceRef: {kind: GitRepository, name: infra}
        """
        .formatted(metadata);
  }

  private static TerraformManifest parse(String text) {
    return TerraformManifest.read("infra.yaml", text.getBytes(StandardCharsets.UTF_8));
  }
}
