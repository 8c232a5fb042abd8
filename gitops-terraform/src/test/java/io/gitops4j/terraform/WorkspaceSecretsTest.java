package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.render.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What of the values and of the environment of a workspace is shown. */
class WorkspaceSecretsTest extends WorkspaceHarness {
  @Test
  @DisplayName("no secret is in plans, results, errors, files or arguments")
  void keepsSecrets() throws IOException {
    commit(CONFIGURATION);
    Path counting = counting();
    TerraformRenderer renderer =
        TerraformRenderer.builder("infra")
            .variable("name", "one")
            .variable("password", Sensitive.of("canary-in-variable"))
            .build();
    TerraformDestination destination =
        destination(counting, Map.of("SOME_TOKEN", Sensitive.of("canary-in-environment")));
    Reconciler<TerraformWorkspace> reconciler =
        GitOps.target("secret").source(source).renderer(renderer).destination(destination).build();
    String plan = reconciler.plan(OperationContext.create()).toString();
    String all = plan + reconciler.reconcile() + reconciler.reconcile();
    commit(CONFIGURATION.replace("numbers = [1, 2]", "numbers = [3], other = \"x\""));
    // The program shows the copy of the value in b.output again, without its mark.
    all += reconciler.reconcile().toString();
    assertThat(all).contains("input.numbers[0]").doesNotContain("canary");
    Map<String, Output> outputs =
        destination.outputs(new TargetId("secret"), OperationContext.create());
    assertThat(outputs.toString()).doesNotContain("canary");
    assertThat(outputs.get("password").json().reveal()).isEqualTo("\"canary-in-variable\"");
    assertThat(outputs.get("password").confidentiality())
        .isEqualTo(Output.Confidentiality.SENSITIVE);
    assertThat(Files.readString(folder.resolve("calls"))).doesNotContain("canary");
    try (Stream<Path> written = Files.walk(folder.resolve("work"))) {
      for (Path file : written.filter(Files::isRegularFile).toList()) {
        if (!file.toString().contains("tfstate")) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain("canary");
        }
      }
    }
    commit(
        """
        variable "name" {}
        variable "password" {}
        resource "terraform_data" "bad" {
          provisioner "local-exec" {
            command = "echo $SOME_TOKEN ${var.password}; exit 1"
          }
        }
        """);
    assertThat(reconciler.reconcile().toString()).contains("exit").doesNotContain("canary");
  }

  @Test
  @DisplayName("what of the environment is no secret reaches the program and is shown")
  void showsThePlainEnvironment() {
    commit(
        """
        resource "terraform_data" "bad" {
          provisioner "local-exec" {
            command = "echo in $SOME_REGION, wanted: $SOME_TOKEN_WANTED; exit 1"
          }
        }
        """);
    TerraformDestination destination =
        TerraformDestination.open(
            TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
                .binary(program())
                .environment(() -> Map.of("SOME_TOKEN_WANTED", Sensitive.of("true")))
                .plainEnvironment(() -> Map.of("SOME_REGION", "eu-west-7"))
                .build());

    String told =
        GitOps.target("plain")
            .source(source)
            .renderer(TerraformRenderer.builder("infra").build())
            .destination(destination)
            .build()
            .reconcile()
            .toString();

    assertThat(told).contains("in eu-west-7, wanted: true").doesNotContain("***");
  }
}
