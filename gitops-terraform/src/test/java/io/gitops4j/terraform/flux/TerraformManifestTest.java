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
         "spec": {"interval": "1m", "url": "https://git.example.com/infra.git"}}
        """);
  }
}
