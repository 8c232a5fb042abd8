package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartIT {
  @Test
  @DisplayName("the quickstart of the README runs from the jar, and every step is as it should be")
  void runs(@TempDir Path folder) throws Exception {
    Path output = folder.resolve("output");
    Process quickstart =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of("target", "gitops4j.jar").toAbsolutePath().toString(),
                "io.gitops4j.examples.quickstart.Quickstart")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(quickstart.waitFor()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).contains("last written by mallory").contains("Done");
  }
}
