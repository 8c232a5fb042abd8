package io.gitops4j.terraform.flux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TerraformManifestTest {
  @Test
  @DisplayName("its target has its name, and its namespace where it names one")
  void namesItsTarget() {
    assertThat(read("{\"name\": \"network\"}").targetName()).isEqualTo("network");
    assertThat(read("{\"name\": \"network\", \"namespace\": \"prod\"}").targetName())
        .isEqualTo("prod/network");
  }

  @Test
  @DisplayName("it prints with its name and its repository, never with the password of that")
  void printsWithoutPassword() {
    assertThat(read("{\"name\": \"network\"}").toString())
        .contains("network")
        .contains("git.example.com/infra.git")
        .doesNotContain("canary");
  }

  private static TerraformManifest read(String metadata) {
    return TerraformManifest.read(
        "infra.yaml",
        """
        {"metadata": %s,
         "spec": {"interval": "10m", "path": "infra",
                  "sourceRef": {"kind": "GitRepository", "name": "infra"}}}
        """
            .formatted(metadata),
        """
        {"metadata": {"name": "infra"},
         "spec": {"interval": "1m", "url": "https://bot:canary@git.example.com/infra.git"}}
        """);
  }
}
