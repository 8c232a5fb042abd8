package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.gate.Gate;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.terraform.testing.OneTarget;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that change nothing but what the state knows a thing by, with the real programs. */
class MovesAndImportsTest {
  private static final String OLD = "resource \"terraform_data\" \"old\" {\n  input = 1\n}\n";
  private static final String NEW = OLD.replace("old", "new");
  private static final String MOVED =
      """
      moved {
        from = terraform_data.old
        to   = terraform_data.new
      }
      """;
  private static final String IMPORT =
      """
      import {
        to = terraform_data.there
        id = "was-made-by-hand"
      }
      """;
  private static final String THERE = "resource \"terraform_data\" \"there\" {}\n";

  @TempDir Path folder;

  @Test
  @DisplayName("a move alone is planned and applied, so that its block can go without a removal")
  void appliesMoves() {
    for (Path program : TerraformPrograms.all()) {
      OneTarget target =
          new OneTarget(folder, "move-" + program.getFileName(), c -> c.binary(program));
      assertThat(target.commit(OLD).pass().kind()).isEqualTo(Kind.APPLIED);

      ReconcileOutcome moved =
          target
              .commit(NEW + MOVED)
              .pass(t -> t.policy(SyncPolicy.standard().withDrift(SyncPolicy.Drift.OBSERVE)));

      assertThat(moved.kind()).as(moved.toString()).isEqualTo(Kind.APPLIED);
      assertThat(((ReconcileOutcome.Applied) moved).plan().changes())
          .satisfiesExactly(
              c -> {
                assertThat(c.id().name()).isEqualTo("new");
                assertThat(c.action()).isEqualTo(Action.UPDATE);
                assertThat(c.reason()).isEqualTo(Reason.CHANGED);
                assertThat(c.fields()).isEmpty();
                assertThat(c.note()).isEqualTo("moved from terraform_data.old");
              });
      assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
      assertThat(target.commit(NEW).pass().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @Test
  @DisplayName("an import of what is as desired is planned and applied, so that its block can go")
  void appliesImports() {
    OneTarget target = new OneTarget(folder, "import");

    ReconcileOutcome imported = target.commit(THERE + IMPORT).pass();

    assertThat(imported.kind()).as(imported.toString()).isEqualTo(Kind.APPLIED);
    assertThat(((ReconcileOutcome.Applied) imported).plan().changes())
        .satisfiesExactly(
            c -> {
              assertThat(c.action()).isEqualTo(Action.UPDATE);
              assertThat(c.note()).isEqualTo("imported");
            });
    assertThat(target.commit(THERE).pass().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("what a removed block lets go without destroying it is shown as forgotten")
  void showsForgotten() {
    String removed =
        """
        removed {
          from = terraform_data.old
          lifecycle {
            destroy = false
          }
        }
        """;
    for (Path program : TerraformPrograms.all()) {
      OneTarget target =
          new OneTarget(folder, "forget-" + program.getFileName(), c -> c.binary(program));
      assertThat(target.commit(OLD).pass().kind()).isEqualTo(Kind.APPLIED);

      ReconcileOutcome forgotten = target.commit(removed).pass();

      assertThat(forgotten.kind()).as(forgotten.toString()).isEqualTo(Kind.APPLIED);
      assertThat(((ReconcileOutcome.Applied) forgotten).plan().changes())
          .satisfiesExactly(
              c -> {
                assertThat(c.action()).isEqualTo(Action.DELETE);
                assertThat(c.note()).contains("forgotten", "stays as it is");
              });
      assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @Test
  @DisplayName(
      "what is approved with a move is another plan than without, and stays while it waits")
  void bindsApprovalsToMoves() {
    String beside = "resource \"terraform_data\" \"beside\" {\n  input = plantimestamp()\n}\n";
    Set<PlanId> approved = new HashSet<>();
    Gate approval = Gate.approval((id, plan) -> approved.contains(plan));
    OneTarget target = new OneTarget(folder, "approve");
    target.commit(OLD).pass();
    ReconcileOutcome.Planned first =
        (ReconcileOutcome.Planned) target.commit(NEW + MOVED + beside).pass(t -> t.gate(approval));
    TerraformPrograms.awaitNextSecond();

    ReconcileOutcome.Planned waiting =
        (ReconcileOutcome.Planned) target.pass(t -> t.gate(approval));
    approved.add(first.plan().id());
    ReconcileOutcome applied = target.pass(t -> t.gate(approval));

    assertThat(waiting.plan().id()).isEqualTo(first.plan().id());
    assertThat(applied.kind()).as(applied.toString()).isEqualTo(Kind.APPLIED);
    assertThat(target.commit(NEW + beside).pass(t -> t.gate(approval)).kind())
        .as("what it would change now is another plan")
        .isEqualTo(Kind.PLANNED);
  }
}
