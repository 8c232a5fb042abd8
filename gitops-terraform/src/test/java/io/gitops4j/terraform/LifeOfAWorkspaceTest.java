package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One workspace through its life, with the real program. */
class LifeOfAWorkspaceTest extends WorkspaceHarness {
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
