package io.gitops4j.terraform;

import io.gitops4j.internal.process.Programs;
import java.nio.file.Path;

/** The programs that tests run: terraform from {@code PATH}, and OpenTofu built once. */
final class TerraformPrograms {
  private TerraformPrograms() {}

  static Path any() {
    return Programs.onPath("terraform").orElseThrow();
  }
}
