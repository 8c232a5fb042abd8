package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Gate;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Plans of the real program that wait for a permission. */
class PermittedPlansTest extends WorkspaceHarness {
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
            destination(program(), Map.of())
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
}
