package io.gitops4j.terraform.testing;

import io.gitops4j.internal.process.Programs;
import io.gitops4j.testing.GoPrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs that tests run: OpenTofu, built once from its module, and terraform from PATH. */
public final class TerraformPrograms {
  private static final String VERSION = "v1.12.6";

  private TerraformPrograms() {}

  /** Terraform where the machine has it, else OpenTofu. */
  public static Path any() {
    return Programs.onPath("terraform").orElseGet(TerraformPrograms::tofu);
  }

  /** OpenTofu, and terraform where the machine has it. */
  public static List<Path> all() {
    List<Path> all = new ArrayList<>(List.of(tofu()));
    Programs.onPath("terraform").ifPresent(all::add);
    return all;
  }

  /** OpenTofu, built when the cache lacks it. */
  public static Path tofu() {
    try {
      return GoPrograms.built(
              GoPrograms.cacheFolder("tofu", VERSION),
              TerraformPrograms.class,
              "tofu",
              List.of(
                  new GoPrograms.Program(
                      "tofu",
                      "github.com/opentofu/opentofu/cmd/tofu",
                      "-s -w -X github.com/opentofu/opentofu/version.dev=no")))
          .resolve("tofu");
    } catch (IOException e) {
      throw new IllegalStateException("no OpenTofu for the tests: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("building OpenTofu was interrupted", e);
    }
  }
}
