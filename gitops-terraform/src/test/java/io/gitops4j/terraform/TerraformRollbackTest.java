package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Gate;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going back, with the real program. */
class TerraformRollbackTest {
  private final OperationContext context = OperationContext.create();
  private final InMemorySource source = new InMemorySource();
  @TempDir Path folder;

  @Test
  @DisplayName("a rollback plans the earlier revision, asks the gates, and holds over a restart")
  void goesBack() {
    commit("one");
    assertThat(target().build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    commit("two");
    assertThat(target().build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    Set<PlanId> approved = new HashSet<>();
    Gate approval = Gate.approval((id, plan) -> approved.contains(plan));
    Rollback wish = Rollback.to(history().get(1), "ann", "two is broken");

    ReconcileOutcome.Planned held =
        (ReconcileOutcome.Planned) target().gate(approval).build().rollback(wish, context);
    approved.add(held.plan().id());
    ReconcileOutcome.Applied applied =
        (ReconcileOutcome.Applied) target().gate(approval).build().reconcile();

    assertThat(applied.plan().id()).isEqualTo(held.plan().id());
    assertThat(applied.plan().changes())
        .anySatisfy(
            c ->
                assertThat(c.fields())
                    .anySatisfy(
                        f -> {
                          assertThat(f.before().orElseThrow()).contains("two");
                          assertThat(f.after().orElseThrow()).contains("one");
                        }));
    Reconciler<TerraformWorkspace> restarted = target().build();
    assertThat(restarted.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(restarted.release(context)).isPresent();
    assertThat(restarted.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(history().get(0).pin()).isEmpty();
    assertThat(history().get(1).pin().orElseThrow().why()).isEqualTo("two is broken");
    List<HistoryEntry> kept = history();
    destination().history().add(restarted.target(), kept.get(1), context);
    assertThat(history()).as("one entry for each pass").isEqualTo(kept);
  }

  private void commit(String value) {
    source.commit(
        value,
        Map.of(
            "infra/main.tf",
            "resource \"terraform_data\" \"a\" {\n  input = \"" + value + "\"\n}\n"));
  }

  private List<HistoryEntry> history() {
    return destination().history().list(new TargetId("back"), context);
  }

  private TargetBuilder<TerraformWorkspace> target() {
    return GitOps.target("back")
        .source(source)
        .renderer(TerraformRenderer.builder("infra").build())
        .destination(destination());
  }

  /** As another process has it. */
  private TerraformDestination destination() {
    return TerraformDestination.open(
        TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
            .binary(TerraformPrograms.any())
            .environment(Map::of)
            .build());
  }
}
