package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfrastructureQuickstartIT {
  @Test
  @DisplayName("infrastructure and application from one repository play from the jar")
  void runs(@TempDir Path folder) throws Exception {
    Path output = folder.resolve("output");
    Process quickstart =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of("target", "gitops4j.jar").toAbsolutePath().toString(),
                "io.gitops4j.examples.infrastructure.InfrastructureQuickstart")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(quickstart.waitFor()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).contains("Done").doesNotContain("kept secret");
  }
}
