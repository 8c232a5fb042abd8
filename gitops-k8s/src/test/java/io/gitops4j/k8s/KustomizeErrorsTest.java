package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.RenderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KustomizeErrorsTest extends RendererHarness {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "# Warning: 'bases' is deprecated.\nE1127 07:19:26.987899    3882 run.go:72] \"command failed\""
            + " err=\"no \\\"a.yaml\\\" in base\"\n",
        "E1127 07:19:27.1       7 run.go:72] \"command failed\" err=<\n\tno \"a.yaml\" in base\n >\n",
        "no \"a.yaml\" in base\n"
      })
  @DisplayName("what kubectl logs is told as the reason, without time, process and warnings")
  void tellsTheReason(String said, @TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("said"), said);
    Path program =
        Files.writeString(
            folder.resolve("kubectl"),
            "#!/bin/sh\ncat " + folder.resolve("said") + " >&2\nexit 1\n");
    program.toFile().setExecutable(true);
    var renderer = ManifestRenderer.builder("app").kustomizeBinary(program).build();

    assertThatThrownBy(() -> render(renderer, Map.of("app/kustomization.yaml", "resources: []\n")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("Kustomize ended with 1: no \"a.yaml\" in base. Next: ");
  }
}
