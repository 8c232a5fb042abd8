package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.gate.Gate;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.render.Output;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One workspace through its life, with the real program. */
class LifeOfAWorkspaceTest {
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
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();

  @Test
  @DisplayName("created, at rest, changed field by field, replaced, removed: each by a saved plan")
  void livesItsLife() {
    commit(CONFIGURATION);
    Reconciler<TerraformWorkspace> reconciler = target("life", "one").build();

    ReconcileOutcome.Applied first = (ReconcileOutcome.Applied) reconciler.reconcile();

    assertThat(first.outcome().results())
        .extracting(r -> r.change().id().toString() + " " + r.actuation())
        .containsExactlyInAnyOrder(
            "terraform/output name SUCCEEDED",
            "terraform/output password SUCCEEDED",
            "terraform/terraform_data a SUCCEEDED",
            "terraform/terraform_data b SUCCEEDED",
            "terraform/terraform_data module.more/inner[\"x\"] SUCCEEDED");
    assertThat(first.outcome().inventory().entries()).hasSize(3);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    ReconcileOutcome.Applied second =
        (ReconcileOutcome.Applied) target("life", "two").build().reconcile();

    assertThat(change(second, "terraform_data", "a").action()).isEqualTo(Action.UPDATE);
    assertThat(change(second, "terraform_data", "a").fields())
        .anySatisfy(
            f -> {
              assertThat(f.path()).isEqualTo("input");
              assertThat(f.before()).contains("one");
              assertThat(f.after()).contains("two");
            });
    assertThat(change(second, "terraform_data", "b").action()).isEqualTo(Action.REPLACE);

    commit("resource \"terraform_data\" \"a\" {\n  input = \"two\"\n}\n");
    ReconcileOutcome.Applied third =
        (ReconcileOutcome.Applied) target("life", "two").build().reconcile();
    assertThat(third.outcome().inventory().entries()).hasSize(1);
    assertThat(change(third, "terraform_data", "b").reason()).isEqualTo(Reason.REMOVED);
  }

  @Test
  @DisplayName("while nothing changes a pass is one refresh-only plan, also after a restart")
  void restsCheaply() throws IOException {
    commit(CONFIGURATION);
    Path counting = counting();
    target("rest", "one", counting).build().reconcile();
    Files.delete(folder.resolve("calls"));

    assertThat(target("rest", "one", counting).build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(Files.readAllLines(folder.resolve("calls")))
        .hasSize(2)
        .anyMatch(l -> l.startsWith("plan") && l.contains("-refresh-only"))
        .anyMatch(l -> l.startsWith("show"));
  }

  @Test
  @DisplayName(
      "fault 53: what is approved is what is applied, over a restart; a state that moved voids it")
  void bindsApprovals() {
    commit(CONFIGURATION.replace("input = var.name", "input = plantimestamp()"));
    Set<PlanId> approved = new HashSet<>();
    Gate approval = Gate.approval((id, plan) -> approved.contains(plan));
    ReconcileOutcome.Planned held =
        (ReconcileOutcome.Planned) target("approve", "one").gate(approval).build().reconcile();
    TerraformPrograms.awaitNextSecond();
    assertThat(
            ((ReconcileOutcome.Planned) target("approve", "one").gate(approval).build().reconcile())
                .plan()
                .id())
        .as("a plan whose values change every second stays the one that was shown")
        .isEqualTo(held.plan().id());
    approved.add(held.plan().id());
    assertThat(target("approve", "one").gate(approval).build().reconcile().kind())
        .isEqualTo(Kind.APPLIED);

    ReconcileOutcome.Planned next =
        (ReconcileOutcome.Planned) target("approve", "two").gate(approval).build().reconcile();
    approved.add(next.plan().id());
    // Somebody else applies in between: the state has another serial.
    target("approve", "three").build().reconcile();

    assertThat(target("approve", "two").gate(approval).build().reconcile().kind())
        .isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName("what somebody else applied to the same state is found and brought back")
  void healsWhatOthersApplied() {
    commit("variable \"name\" {}\nresource \"terraform_data\" \"a\" {\n  input = var.name\n}\n");
    Reconciler<TerraformWorkspace> ours = shared("ours", "one");
    assertThat(ours.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(ours.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(shared("theirs", "two").reconcile().kind()).isEqualTo(Kind.APPLIED);

    ReconcileOutcome healed = ours.reconcile();

    assertThat(healed.kind()).as(healed.toString()).isEqualTo(Kind.APPLIED);
    assertThat(ours.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  /** Two targets, one state. */
  private Reconciler<TerraformWorkspace> shared(String name, String value) {
    String path = folder.resolve("shared.tfstate").toString();
    return target(
            name,
            TerraformRenderer.builder("infra")
                .variable("name", value)
                .backend(new Backend("local", Map.of("path", path)))
                .build())
        .build();
  }

  @Test
  @DisplayName("to destroy takes permission; what protects itself is not destroyed")
  void destroysWithPermission() {
    commit(CONFIGURATION);
    target("destroy", "one").build().reconcile();
    TerraformRenderer gone =
        TerraformRenderer.builder("infra")
            .variable("name", "one")
            .purpose(WorkspaceConfig.Purpose.DESTROY)
            .build();

    assertThat(failure(target("destroy", gone).build().reconcile()).code())
        .isEqualTo("RENDER-EMPTY");
    SyncPolicy allowed = SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW);
    assertThat(
            target("destroy", gone)
                .policy(allowed)
                .gate(Gate.keeping(Set.of("terraform_data")))
                .build()
                .reconcile()
                .kind())
        .isEqualTo(Kind.PLANNED);
    assertThat(
            target("destroy", gone)
                .policy(allowed.withPrune(SyncPolicy.Prune.KEEP))
                .build()
                .reconcile()
                .kind())
        .isEqualTo(Kind.PLANNED);
    assertThat(target("destroy", gone).policy(allowed).build().reconcile().kind())
        .isEqualTo(Kind.APPLIED);
    assertThat(
            destination(Path.of("terraform"), Map.of())
                .inventory()
                .load(new TargetId("destroy"), OperationContext.create())
                .entries())
        .isEmpty();
    assertThat(target("destroy", gone).policy(allowed).build().reconcile().kind())
        .isEqualTo(Kind.IN_SYNC);

    commit(
        """
        resource "terraform_data" "a" {
          input = 1
          lifecycle {
            prevent_destroy = true
          }
        }
        """);
    target("protected", "x").build().reconcile();
    assertThat(failure(target("protected", gone).policy(allowed).build().reconcile()).code())
        .isEqualTo("TERRAFORM-PREVENT-DESTROY");
  }

  @Test
  @DisplayName("a plan of another branch stops at its plan")
  void appliesOneBranch() {
    commit(CONFIGURATION);

    assertThat(target("branch", "one").gate(Gate.onlyFrom("release")).build().reconcile().kind())
        .isEqualTo(Kind.PLANNED);
    assertThat(
            target("branch", "one")
                .gate(Gate.onlyFrom("refs/heads/main"))
                .build()
                .reconcile()
                .kind())
        .isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("an apply that fails half-way keeps what was done and tells each")
  void keepsHalves() {
    commit(
        """
        resource "terraform_data" "good" {
          input = 1
        }
        resource "terraform_data" "bad" {
          depends_on = [terraform_data.good]
          provisioner "local-exec" {
            command = "echo broken on purpose; exit 3"
          }
        }
        resource "terraform_data" "after" {
          depends_on = [terraform_data.bad]
        }
        """);
    ReconcileOutcome.Incomplete half =
        (ReconcileOutcome.Incomplete) target("half", "x").build().reconcile();

    assertThat(result(half.outcome().results(), "good").actuation()).isEqualTo(Actuation.SUCCEEDED);
    assertThat(result(half.outcome().results(), "bad").actuation()).isEqualTo(Actuation.FAILED);
    assertThat(result(half.outcome().results(), "bad").failure().orElseThrow().reason())
        .contains("broken on purpose");
    assertThat(result(half.outcome().results(), "after").actuation()).isEqualTo(Actuation.SKIPPED);
    commit("resource \"terraform_data\" \"good\" {\n  input = 1\n}\n");
    assertThat(target("half", "x").build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target("half", "x").build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

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

  private ReconcileOutcome.Failed failed(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.FAILED);
    return (ReconcileOutcome.Failed) outcome;
  }

  private Failure failure(ReconcileOutcome outcome) {
    return failed(outcome).failure();
  }

  private void commit(String configuration) {
    files.put("infra/main.tf", configuration);
    files.put(
        "modules/more/main.tf",
        "resource \"terraform_data\" \"inner\" {\n  for_each = toset([\"x\"])\n}\n");
    source.commit("change " + files.hashCode(), files);
  }

  private TargetBuilder<TerraformWorkspace> target(String name, String value) {
    return target(name, value, program());
  }

  private TargetBuilder<TerraformWorkspace> target(String name, String value, Path program) {
    TerraformRenderer renderer = TerraformRenderer.builder("infra").variable("name", value).build();
    return GitOps.target(name)
        .source(source)
        .renderer(renderer)
        .destination(destination(program, Map.of()));
  }

  private TargetBuilder<TerraformWorkspace> target(String name, TerraformRenderer renderer) {
    return GitOps.target(name)
        .source(source)
        .renderer(renderer)
        .destination(destination(program(), Map.of()));
  }

  private TerraformDestination destination(
      Path program, Map<String, Sensitive<String>> environment) {
    return TerraformDestination.open(
        TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
            .binary(program.isAbsolute() ? program : program())
            .environment(() -> environment)
            .build());
  }

  private static Path program() {
    return TerraformPrograms.any();
  }

  /** The program, with every call written down. */
  private Path counting() {
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

  private static Change change(ReconcileOutcome.Applied outcome, String kind, String name) {
    return outcome.plan().changes().stream()
        .filter(c -> c.id().kind().equals(kind) && c.id().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ChangeResult result(List<ChangeResult> results, String name) {
    return results.stream()
        .filter(r -> r.change().id().name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
