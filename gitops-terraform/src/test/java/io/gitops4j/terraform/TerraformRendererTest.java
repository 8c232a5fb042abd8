package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.SourceException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which files make a workspace. */
class TerraformRendererTest {
  private final Map<String, String> files = new HashMap<>();

  @Test
  @DisplayName("a source that is a file is read as that file, not as a directory of modules")
  void readsAFile() {
    files.put(
        "infra/main.tf",
        """
        resource "aws_s3_object" "app" {
          source = "../build/app.zip"
        }
        """);
    files.put("build/app.zip", "zip");
    files.put("build/other.zip", "not asked for");

    assertThat(render(TerraformRenderer.path("infra")))
        .containsOnlyKeys("infra/main.tf", "build/app.zip");
  }

  @Test
  @DisplayName("a source that is nowhere is left to the program: a comment names one too")
  void leavesMissingSourcesToTheProgram() {
    files.put("infra/main.tf", "# module \"old\" {\n#   source = \"../modules/old\"\n# }\n");

    assertThat(render(TerraformRenderer.path("infra"))).containsOnlyKeys("infra/main.tf");
  }

  @Test
  @DisplayName("what was asked for must be there: the path a directory, an include that or a file")
  void insistsOnWhatWasAskedFor() {
    files.put("infra/main.tf", "");
    files.put("common.tfvars", "");

    assertThat(render(TerraformRenderer.builder("infra").include("common.tfvars").build()))
        .containsOnlyKeys("infra/main.tf", "common.tfvars");
    assertThatThrownBy(() -> render(TerraformRenderer.builder("infra").include("shared").build()))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("shared");
    assertThatThrownBy(() -> render(TerraformRenderer.path("infra/main.tf")))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("infra/main.tf");
  }

  @Test
  @DisplayName("a file beside the module that an expression names is read, as far as it is there")
  void readsWhatExpressionsName() {
    files.put(
        "live/prod/main.tf",
        """
        module "net" {
          source = "../../modules/net"
          rules  = yamldecode(file("../rules.yaml"))
          hosts  = file("${path.root}/../hosts/${var.region}.json")
          none   = file("../nowhere.txt")
          where  = "../../.."
        }
        """);
    files.put("live/prod/prod.auto.tfvars", "policy = \"../policies/a.json\"\n");
    files.put("live/rules.yaml", "");
    files.put("live/hosts/eu.json", "");
    files.put("live/policies/a.json", "");
    files.put("live/policies/b.json", "not asked for");
    files.put(
        "modules/net/main.tf",
        """
        locals {
          script = templatefile("${path.module}/../../templates/boot.tpl", {})
          charts = fileset(path.module, "../charts/*/Chart.yaml")
        }
        """);
    files.put("modules/charts/one/Chart.yaml", "");
    files.put("templates/boot.tpl", "");
    files.put("templates/other.tpl", "not asked for");

    assertThat(render(TerraformRenderer.path("live/prod")))
        .containsOnlyKeys(
            "live/prod/main.tf",
            "live/prod/prod.auto.tfvars",
            "live/rules.yaml",
            "live/hosts/eu.json",
            "live/policies/a.json",
            "modules/net/main.tf",
            "modules/charts/one/Chart.yaml",
            "templates/boot.tpl");
  }

  @Test
  @DisplayName("a directory that an expression names may hold a state: it is not read, nor refused")
  void leavesStatesBesideTheModule() {
    files.put("live/prod/main.tf", "locals {\n  all = fileset(\"../../data\", \"*.json\")\n}\n");
    files.put("data/a.json", "");
    files.put("data/other/terraform.tfstate", "{}");

    assertThat(render(TerraformRenderer.path("live/prod")))
        .containsOnlyKeys("live/prod/main.tf", "data/a.json");
  }

  @Test
  @DisplayName("a main.tf.tpl of the root module is refused, for tofu-controller would render it")
  void refusesTemplatesOfTheController() {
    files.put("infra/provider.tf", "");
    files.put("infra/main.tf.tpl", "resource \"x\" \"{{ .Values.a }}\" {}\n");

    assertThatThrownBy(() -> render(TerraformRenderer.path("infra")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("infra/main.tf.tpl")
        .hasMessageContaining("commit the main.tf that it gives");
    files.remove("infra/provider.tf");
    assertThatThrownBy(() -> render(TerraformRenderer.path("infra")))
        .hasMessageContaining("infra/main.tf.tpl");
  }

  @Test
  @DisplayName(
      "a main.tf.tpl below the root module, or one that the configuration reads, is a file")
  void takesOtherTemplates() {
    files.put(
        "infra/main.tf", "locals {\n  a = templatefile(\"${path.module}/main.tf.tpl\", {})\n}");
    files.put("infra/main.tf.tpl", "");
    files.put("infra/gen/main.tf.tpl", "");

    assertThat(render(TerraformRenderer.path("infra"))).hasSize(3);
  }

  @Test
  @DisplayName("a text that is no path of this machine is left to the program")
  void leavesWhatIsNoPathToTheProgram() {
    files.put(
        "live/main.tf",
        "module \"a\" {\n  source = \"../a\0b\"\n}\nlocals {\n  b = file(\"../b\0c\")\n}\n");

    assertThat(render(TerraformRenderer.path("live"))).containsOnlyKeys("live/main.tf");
  }

  private Map<String, byte[]> render(TerraformRenderer renderer) {
    try (Snapshot snapshot = InMemorySource.holding(files).snapshot()) {
      return renderer.render(snapshot, OperationContext.create()).files();
    }
  }
}
