package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Gate;
import io.gitops4j.model.Digest;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long an approval is good. */
class ApprovedPlansTest {
  private final TargetId id = new TargetId("test");
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final ApprovedPlans approved = new ApprovedPlans();
  private final Reconciler<TextSet> reconciler =
      GitOps.target("test")
          .source(source)
          .renderer(new TextSet.TextRenderer())
          .destination(destination)
          .gate(Gate.approval(approved))
          .listener(approved)
          .build();

  @Test
  @DisplayName("a plan that comes again after its revision was taken back waits for approval anew")
  void isGoodOnce() {
    commitAndApprove("1");
    PlanId first = commitAndApprove("2");
    commitAndApprove("1");
    source.commit("again", Map.of("a", "2"));

    ReconcileOutcome again = reconciler.reconcile();

    assertThat(again.kind()).isEqualTo(Kind.PLANNED);
    assertThat(again.madePlan().orElseThrow().id()).as("the very same plan").isEqualTo(first);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("an approval outlives looks and passes that did not apply its plan")
  void isGoodUntilApplied() {
    source.commit("one", Map.of("a", "1"));
    approved.approve(id, reconciler.plan(OperationContext.create()).madePlan().orElseThrow().id());
    reconciler.plan(OperationContext.create());
    destination.refuse(TextSet.id("a"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.INCOMPLETE);
    destination.allow(TextSet.id("a"));

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("an approval of a plan that was applied in part is not kept for the next time")
  void isNotKeptInPart() {
    Reconciler<TextSet> keeping =
        GitOps.target("test")
            .source(source)
            .renderer(new TextSet.TextRenderer())
            .destination(destination)
            .gate(Gate.approval(approved))
            .gate(Gate.keeping(Set.of("Text")))
            .listener(approved)
            .build();
    source.commit("one", Map.of("a", "1", "b", "1"));
    approved.approve(id, keeping.reconcile().madePlan().orElseThrow().id());
    assertThat(keeping.reconcile().kind()).isEqualTo(Kind.APPLIED);
    source.commit("two", Map.of("a", "2"));
    PlanId both = keeping.reconcile().madePlan().orElseThrow().id();
    approved.approve(id, both);

    assertThat(keeping.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(approved.approved(id, both)).isFalse();
  }

  @Test
  @DisplayName("an approval is for one plan of one target, and used up by that target alone")
  void isForOnePlanOfOneTarget() {
    TargetId other = new TargetId("other");
    source.commit("one", Map.of("a", "1"));
    PlanId plan = reconciler.plan(OperationContext.create()).madePlan().orElseThrow().id();
    PlanId another = new PlanId(Digest.sha256("another"));
    approved.approve(other, plan);
    approved.approve(id, another);

    assertThat(approved.approved(other, plan)).isTrue();
    assertThat(approved.approved(id, another)).isTrue();
    assertThat(approved.approved(id, plan)).isFalse();
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.PLANNED);

    approved.approve(id, plan);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(approved.approved(other, plan)).as("what was approved for the other").isTrue();
    assertThat(approved.approved(id, plan)).isFalse();
  }

  private PlanId commitAndApprove(String text) {
    source.commit(text, Map.of("a", text));
    ReconcileOutcome held = reconciler.reconcile();
    PlanId plan = held.madePlan().orElseThrow().id();
    approved.approve(id, plan);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    return plan;
  }
}
