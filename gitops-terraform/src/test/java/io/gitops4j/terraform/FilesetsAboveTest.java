package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resources for each file above the root module, with the real program. */
class FilesetsAboveTest {
  private static final List<String> FORMS =
      List.of(
          "fileset(\"${path.root}/../teams\", \"*.yaml\")",
          "[for f in fileset(\"${path.root}/..\", \"teams/*.yaml\") : basename(f)]",
          "[for f in fileset(\"${path.root}/..\", \"**/*.yaml\") : basename(f)]",
          "[for f in fileset(path.module, \"../teams/*.yaml\") : basename(f)]",
          "fileset(\"${local.root}/teams\", \"*.yaml\")",
          "fileset(join(\"/\", [\"..\", \"teams\"]), \"*.yaml\")",
          "fileset(var.dir, \"*.yaml\")");

  @TempDir Path folder;
  private final InMemorySource source = new InMemorySource();

  @Test
  @DisplayName("every file has its resource, and a commit that only names them anew plans nothing")
  void makesOneForEachFile() {
    commit(FORMS.get(0));
    ReconcileOutcome first = pass(".");
    assertThat(first.kind()).as(first.toString()).isEqualTo(Kind.APPLIED);
    assertThat(((ReconcileOutcome.Applied) first).outcome().inventory().entries()).hasSize(2);

    for (String form : FORMS) {
      commit(form);

      ReconcileOutcome again = pass(form.contains("var.dir") ? "../teams" : ".");

      assertThat(again.kind()).as("%s: %s", form, again).isEqualTo(Kind.IN_SYNC);
    }
  }

  private void commit(String form) {
    Map<String, String> files =
        new HashMap<>(Map.of("teams/a.yaml", "a: 1\n", "teams/b.yaml", "b: 2\n"));
    files.put(
        "infra/main.tf",
        """
        variable "dir" {
          default = "."
        }
        locals {
          root = "${path.module}%s"
        }
        resource "terraform_data" "team" {
          for_each = toset(%s)
          input    = each.key
        }
        """
            .formatted(form.contains("local.root") ? "/.." : "", form));
    source.commit(form, files);
  }

  private ReconcileOutcome pass(String dir) {
    return GitOps.target("teams")
        .source(source)
        .renderer(TerraformRenderer.builder("infra").variable("dir", dir).build())
        .destination(
            TerraformDestination.open(
                TerraformConfig.builder(folder, Sensitive.of(new byte[32]))
                    .binary(TerraformPrograms.any())
                    .build()))
        .build()
        .reconcile();
  }
}
