package io.gitops4j.terraform.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariableFilesOfAManifestTest {
  private static final String MANIFEST =
      """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: shop}
      spec: {url: https://example.com/shop.git, interval: 1m}
      ---
      apiVersion: infra.contrib.fluxcd.io/v1alpha2
      kind: Terraform
      metadata: {name: network}
      spec:
        path: ./infra/network
        interval: 1m
        approvePlan: auto
        sourceRef: {kind: GitRepository, name: shop}
        tfVarsFiles: [common.tfvars, ./envs/prod.tfvars]
      """;

  @TempDir Path folder;

  @Test
  @DisplayName("tfVarsFiles are named from the root of the repository, wherever the path is")
  void readsFromTheRoot() {
    InMemorySource source = new InMemorySource();
    source.commit(
        "files",
        Map.of(
            "infra/network/main.tf",
            """
            variable "size" {}
            variable "region" {}
            output "both" {
              value = "${var.size} ${var.region}"
            }
            """,
            "common.tfvars",
            "size = 1\nregion = \"north\"\n",
            "envs/prod.tfvars",
            "size = 16\n"));
    TerraformDestination destination =
        TerraformDestination.open(
            TerraformConfig.builder(folder, Sensitive.of(new byte[32]))
                .binary(TerraformPrograms.any())
                .build());
    ReconcileOutcome outcome =
        GitOps.target("network")
            .source(source)
            .renderer(
                TerraformManifest.read("infra.yaml", MANIFEST.getBytes(StandardCharsets.UTF_8))
                    .renderer())
            .destination(destination)
            .build()
            .reconcile();

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
    assertThat(
            destination
                .outputs(new TargetId("network"), OperationContext.create())
                .get("both")
                .json()
                .reveal())
        .isEqualTo("\"16 north\"");
  }
}
