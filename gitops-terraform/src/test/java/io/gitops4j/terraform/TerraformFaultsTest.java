package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Failure;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.StateServer;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong around a workspace, with the real programs. */
class TerraformFaultsTest {
  @TempDir Path folder;
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();

  @Test
  @DisplayName("OpenTofu does the same by the same code")
  void runsOpenTofu() {
    commit("resource \"terraform_data\" \"a\" {\n  input = 1\n}\n");
    Reconciler<TerraformWorkspace> reconciler = reconciler("tofu", TerraformPrograms.tofu());

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    commit("resource \"terraform_data\" \"a\" {\n  input = 2\n}\n");
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("bad input is one typed error each, with file and line where there are some")
  void explainsBadInput() {
    for (Path program : TerraformPrograms.all()) {
      expect(program, "x = ", "TERRAFORM-CONFIGURATION", "main.tf, line 1");
      if (program.getFileName().toString().equals("terraform")) {
        // OpenTofu 1.12.6, as built here, accepts any required_version.
        expect(
            program,
            "terraform {\n  required_version = \"> 99\"\n}\n",
            "TERRAFORM-VERSION",
            "main.tf, line 2");
      }
      expect(program, "variable \"x\" {}\n", "TERRAFORM-VARIABLE", "\"x\"");
      expect(
          program,
          "variable \"x\" {\n  default = \"no\"\n  type    = number\n}\n",
          "TERRAFORM-CONFIGURATION",
          "line 2");
      expect(
          program,
          """
          terraform {
            required_providers {
              nothing = {
                source = "example/nothing"
              }
            }
          }
          """,
          "TERRAFORM-PROVIDER",
          "example/nothing");
      expect(
          program,
          """
          terraform {
            backend "http" {
              address   = "http://127.0.0.1:1/state"
              retry_max = 0
            }
          }
          resource "terraform_data" "a" {}
          """,
          "TERRAFORM-BACKEND",
          "127.0.0.1");
    }
  }

  @Test
  @DisplayName("a missing program is an error that names what is looked for")
  void tellsTheMissingProgram() {
    assertThatThrownBy(
            () ->
                TerraformDestination.open(
                    TerraformConfig.builder(folder, Sensitive.of(new byte[32]))
                        .binary(folder.resolve("none"))
                        .build()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("none");
  }

  @Test
  @DisplayName("a .terraform folder or a state in the repository is refused by name")
  void refusesWhatToolsWrite() {
    for (String name :
        List.of("infra/.terraform/x", "infra/terraform.tfstate", "infra/errored.tfstate")) {
      files.put(name, "x");
      commit("");
      Failure failure = failure(reconciler("hostile", TerraformPrograms.any()).reconcile());
      assertThat(failure.code()).isEqualTo("RENDER-TERRAFORM");
      assertThat(failure.message()).contains(name);
      files.remove(name);
    }
  }

  @Test
  @DisplayName("a provider that is not allowed is refused before it is installed")
  void refusesProviders() {
    commit("resource \"null_resource\" \"a\" {}\n");
    Reconciler<TerraformWorkspace> reconciler =
        GitOps.target("allowed")
            .source(source)
            .renderer(TerraformRenderer.path("infra"))
            .destination(
                TerraformDestination.open(
                    TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
                        .binary(TerraformPrograms.any())
                        .allowedProviders(Set.of("hashicorp/time"))
                        .build()))
            .build();

    assertThat(failure(reconciler.reconcile()).code()).isEqualTo("TERRAFORM-PROVIDER");
  }

  @Test
  @DisplayName("a lock of somebody else is an error with its id, never opened but by that id")
  void tellsTheHolderOfALock() throws Exception {
    try (StateServer server = new StateServer()) {
      commit(server.backend() + "resource \"terraform_data\" \"a\" {}\n");
      Reconciler<TerraformWorkspace> reconciler = reconciler("lock", TerraformPrograms.any());
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
      server.lockedBy(
          "{\"ID\":\"abc-1\",\"Operation\":\"OperationTypeApply\",\"Who\":\"eve@elsewhere\","
              + "\"Version\":\"1.11.4\",\"Created\":\"2026-01-02T03:04:05.6Z\",\"Path\":\"\"}");

      Failure failure = failure(reconciler.reconcile());

      assertThat(failure.code()).isEqualTo("TERRAFORM-STATE-LOCKED");
      assertThat(failure.message())
          .contains("abc-1")
          .contains("somebody whom the backend does not name");
      assertThat(failure.details())
          .containsEntry(StateLockedException.LOCK_ID, "abc-1")
          .containsKey(StateLockedException.HOLDER);
      assertThat(server.lock()).contains("eve@elsewhere");
      destination(TerraformPrograms.any())
          .forceUnlock(
              new TargetId("lock"),
              failure.details().get(StateLockedException.LOCK_ID),
              OperationContext.create());
      assertThat(server.lock()).isEmpty();
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @Test
  @DisplayName("fault 52: a state that could not be stored is kept, and stored by the next pass")
  void rescuesTheState() throws Exception {
    try (StateServer server = new StateServer()) {
      commit(server.backend() + "resource \"terraform_data\" \"a\" {}\n");
      server.refuseWrites(true);
      ReconcileOutcome failed = reconciler("rescue", TerraformPrograms.any()).reconcile();
      assertThat(failed.kind()).isIn(Kind.FAILED, Kind.INCOMPLETE);
      assertThat(failed.toString()).contains("errored.tfstate");
      server.refuseWrites(false);

      assertThat(reconciler("rescue", TerraformPrograms.any()).reconcile().kind())
          .isEqualTo(Kind.IN_SYNC);
      assertThat(server.state()).contains("terraform_data");
    }
  }

  @Test
  @DisplayName("a program that is too old is told with its version")
  void refusesOldPrograms() throws IOException {
    commit("resource \"terraform_data\" \"a\" {}\n");
    Path old = folder.resolve("terraform-old");
    Files.writeString(old, "#!/bin/sh\necho '{\"terraform_version\":\"1.5.7\"}'\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();

    ReconcileOutcome refused = reconciler("old", old).reconcile();

    Failure failure = ((ReconcileOutcome.Failed) refused).failure();
    assertThat(failure.code()).isEqualTo("TERRAFORM-VERSION");
    assertThat(failure.message()).contains("1.5.7").contains("1.9");
  }

  @Test
  @DisplayName(
      "an approved plan that expired, or that another key sealed, is made again, not applied")
  void forgetsPlans() {
    commit("resource \"terraform_data\" \"a\" {\n  input = plantimestamp()\n}\n");
    Set<io.gitops4j.diff.PlanId> approved = new java.util.HashSet<>();
    ReconcileOutcome.Planned first = (ReconcileOutcome.Planned) approving(approved, 0, "PT24H");
    approved.add(first.plan().id());

    ReconcileOutcome.Planned other = (ReconcileOutcome.Planned) approving(approved, 1, "PT24H");
    assertThat(other.plan().id()).isNotEqualTo(first.plan().id());
    approved.add(other.plan().id());
    ReconcileOutcome.Planned late = (ReconcileOutcome.Planned) approving(approved, 1, "PT0.001S");
    assertThat(late.plan().id()).isNotEqualTo(other.plan().id());
    approved.add(late.plan().id());
    assertThat(approving(approved, 1, "PT24H").kind()).isEqualTo(Kind.APPLIED);
  }

  private ReconcileOutcome approving(
      Set<io.gitops4j.diff.PlanId> approved, int key, String expiry) {
    byte[] planKey = new byte[32];
    planKey[0] = (byte) key;
    TerraformPrograms.awaitNextSecond();
    return GitOps.target("approving")
        .source(source)
        .renderer(TerraformRenderer.path("infra"))
        .destination(
            TerraformDestination.open(
                TerraformConfig.builder(folder.resolve("work"), Sensitive.of(planKey))
                    .binary(TerraformPrograms.any())
                    .planExpiry(Duration.parse(expiry))
                    .build()))
        .gate(io.gitops4j.gate.Gate.approval((id, plan) -> approved.contains(plan)))
        .build()
        .reconcile();
  }

  @Test
  @DisplayName("many workspaces at once, as many as there are threads for")
  void worksInParallel() throws Exception {
    commit("resource \"terraform_data\" \"a\" {\n  input = 1\n}\n");
    TerraformDestination shared = destination(TerraformPrograms.any());
    ExecutorService workers = Executors.newFixedThreadPool(4);
    try {
      List<Future<ReconcileOutcome>> all = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Reconciler<TerraformWorkspace> one =
            GitOps.target("parallel-" + i)
                .source(source)
                .renderer(TerraformRenderer.path("infra"))
                .destination(shared)
                .build();
        all.add(workers.submit((java.util.concurrent.Callable<ReconcileOutcome>) one::reconcile));
      }
      for (Future<ReconcileOutcome> outcome : all) {
        assertThat(outcome.get().kind()).isEqualTo(Kind.APPLIED);
      }
    } finally {
      workers.shutdown();
    }
  }

  private void expect(Path program, String configuration, String code, String text) {
    commit(configuration);
    String name = "bad-" + program.getFileName() + "-" + code.toLowerCase(java.util.Locale.ROOT);
    Failure failure = failure(reconciler(name, program).reconcile());
    assertThat(failure.code()).as(failure.message()).isEqualTo(code);
    assertThat(failure.message()).contains(text);
    assertThat(failure.nextStep()).isPresent();
  }

  private static Failure failure(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.FAILED);
    return ((ReconcileOutcome.Failed) outcome).failure();
  }

  private void commit(String configuration) {
    files.put("infra/main.tf", configuration);
    source.commit("change", files);
  }

  private Reconciler<TerraformWorkspace> reconciler(String name, Path program) {
    return GitOps.target(name)
        .source(source)
        .renderer(TerraformRenderer.path("infra"))
        .destination(destination(program))
        .build();
  }

  private TerraformDestination destination(Path program) {
    return TerraformDestination.open(
        TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
            .binary(program)
            .lockTimeout(Duration.ofSeconds(5))
            .build());
  }
}
