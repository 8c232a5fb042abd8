package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an apply that fails tells, with the real program. */
class SecretsOfAnApplyTest {
  @TempDir Path folder;
  private final InMemorySource source = new InMemorySource();

  @Test
  @DisplayName("an error does not show what the configuration marks as sensitive")
  void masksWhatTheConfigurationMarks() {
    source.commit(
        "password",
        Map.of(
            "infra/main.tf",
            """
            variable "password" {
              sensitive = true
              default   = "canary one\\n  canary two"
            }
            resource "terraform_data" "bad" {
              provisioner "local-exec" {
                command = "echo '${var.password}'; exit 7"
              }
            }
            """));

    ReconcileOutcome outcome = reconcile(Map::of);

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(outcome.toString()).contains("exit status 7").doesNotContain("canary");
  }

  @Test
  @DisplayName("an error does not show a credential that was given to just this run")
  void masksTheCredentialsOfTheRun() {
    source.commit(
        "token",
        Map.of(
            "infra/main.tf",
            """
            resource "terraform_data" "bad" {
              provisioner "local-exec" {
                command = "echo token $TOKEN; exit 7"
              }
            }
            """));
    AtomicInteger runs = new AtomicInteger();

    ReconcileOutcome outcome =
        reconcile(() -> Map.of("TOKEN", Sensitive.of("canary-" + runs.incrementAndGet())));

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(outcome.toString()).contains("token ***").doesNotContain("canary");
  }

  @Test
  @DisplayName("a variable that no plan keeps has in the apply the value that it had in the plan")
  void givesEphemeralVariablesAgain() {
    source.commit(
        "ephemeral",
        Map.of(
            "infra/main.tf",
            """
            variable "token" {
              ephemeral = true
              default   = "none"
            }
            variable "region" {
              ephemeral = true
            }
            variable "name" {}
            resource "terraform_data" "a" {
              input = var.name
              provisioner "local-exec" {
                command = "test $TOKEN = canary-token && test $REGION = north"
                environment = {
                  TOKEN  = var.token
                  REGION = var.region
                }
              }
            }
            """,
            "infra/values.tfvars",
            "region = \"north\"\nname = \"other\"\n"));
    TerraformRenderer renderer =
        TerraformRenderer.builder("infra")
            .variableFile("values.tfvars")
            .variable("name", "one")
            .variable("token", Sensitive.of("canary-token"))
            .build();

    for (Path program : TerraformPrograms.all()) {
      ReconcileOutcome outcome =
          GitOps.target("ephemeral-" + program.getFileName())
              .source(source)
              .renderer(renderer)
              .destination(destination(program, Map::of))
              .build()
              .reconcile();

      assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
    }
  }

  private ReconcileOutcome reconcile(Supplier<Map<String, Sensitive<String>>> environment) {
    return GitOps.target("secret")
        .source(source)
        .renderer(TerraformRenderer.path("infra"))
        .destination(destination(TerraformPrograms.any(), environment))
        .build()
        .reconcile();
  }

  private TerraformDestination destination(
      Path program, Supplier<Map<String, Sensitive<String>>> environment) {
    return TerraformDestination.open(
        TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
            .binary(program)
            .environment(environment)
            .build());
  }
}
