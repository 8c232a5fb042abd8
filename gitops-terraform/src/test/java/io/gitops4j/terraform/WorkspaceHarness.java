package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.error.Failure;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces whose configuration a test commits, and the real program. */
abstract class WorkspaceHarness {
  static final String CONFIGURATION =
      """
      variable "name" {
        type = string
      }
      variable "password" {
        type      = string
        sensitive = true
        default   = ""
      }
      resource "terraform_data" "a" {
        input = var.name
      }
      resource "terraform_data" "b" {
        input            = { secret = var.password, numbers = [1, 2] }
        triggers_replace = [var.name]
      }
      module "more" {
        source = "../modules/more"
      }
      output "name" {
        value = terraform_data.a.output
      }
      output "password" {
        value     = var.password
        sensitive = true
      }
      """;

  @TempDir Path folder;
  final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();

  final Failure failure(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.FAILED);
    return ((ReconcileOutcome.Failed) outcome).failure();
  }

  final void commit(String configuration) {
    files.put("infra/main.tf", configuration);
    files.put(
        "modules/more/main.tf",
        "resource \"terraform_data\" \"inner\" {\n  for_each = toset([\"x\"])\n}\n");
    source.commit("change " + files.hashCode(), files);
  }

  final TargetBuilder<TerraformWorkspace> target(String name, String value) {
    return target(name, value, program());
  }

  final TargetBuilder<TerraformWorkspace> target(String name, String value, Path program) {
    TerraformRenderer renderer = TerraformRenderer.builder("infra").variable("name", value).build();
    return GitOps.target(name)
        .source(source)
        .renderer(renderer)
        .destination(destination(program, Map.of()));
  }

  final TargetBuilder<TerraformWorkspace> target(String name, TerraformRenderer renderer) {
    return GitOps.target(name)
        .source(source)
        .renderer(renderer)
        .destination(destination(program(), Map.of()));
  }

  final TerraformDestination destination(Path program, Map<String, Sensitive<String>> environment) {
    return TerraformDestination.open(
        TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
            .binary(program)
            .environment(() -> environment)
            .build());
  }

  static Path program() {
    return TerraformPrograms.any();
  }

  /** The program, with every call written down. */
  final Path counting() {
    Path script = folder.resolve("counting");
    try {
      Files.writeString(
          script,
          "#!/bin/sh\necho \"$*\" >> "
              + folder.resolve("calls")
              + "\nexec "
              + program()
              + " \"$@\"\n");
      assertThat(script.toFile().setExecutable(true)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return script;
  }
}
