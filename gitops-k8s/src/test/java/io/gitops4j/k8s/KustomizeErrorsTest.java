package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.RenderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KustomizeErrorsTest extends RendererHarness {
  @TempDir Path folder;

  @ParameterizedTest
  @DisplayName("an error that kubectl logs is told without its time, process, quotes and warnings")
  @CsvSource(
      delimiter = '|',
      value = {
        "E1127 07:19:21.345304    2134 run.go:72] \"command failed\" err=\"no \\\"a\\\"\\nhere\""
            + " | no \"a\"%nhere",
        "E1127 07:33:03.945095 19573 run.go:72] \"command failed\" err=<%n\tno a:%n\t`x`%n >"
            + " | no a:%n`x`",
        "# Warning: old%nE1127 07:33:03.9 1 run.go:72] \"command failed\" err=\"no a\"" + " | no a",
        "Error: no \"a\" here | Error: no \"a\" here",
      })
  void tellsWhatWasLogged(String said, String expected) throws Exception {
    Path text = Files.writeString(folder.resolve("text"), said.formatted());
    Path program = folder.resolve("kustomize");
    Files.writeString(program, "#!/bin/sh\ncat '" + text + "' >&2\nexit 1\n");
    program.toFile().setExecutable(true);
    ManifestRenderer renderer = ManifestRenderer.builder("app").kustomizeBinary(program).build();

    assertThatThrownBy(() -> render(renderer, Map.of("app/kustomization.yaml", "resources: []\n")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("Kustomize ended with 1: " + expected.formatted() + ". Next:");
  }
}
