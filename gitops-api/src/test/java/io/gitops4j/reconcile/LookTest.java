package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.Plan;
import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.TextSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What somebody sees, and others hear, of a pass that stops at the plan. */
class LookTest extends TargetHarness {

  @Test
  @DisplayName("a notifier hears of a held plan once somebody wanted to apply it, not at each look")
  void looksAreNotHeld() {
    List<String> told = new ArrayList<>();
    source.commit("one", Map.of("a", "1"));
    Reconciler<TextSet> reconciler =
        target()
            .gate((plan, context) -> GateDecision.held("closed"))
            .listener(
                new ReconcileListener() {
                  @Override
                  public void held(ReconcileEvent.Held event) {
                    told.add("held " + event.reason());
                  }

                  @Override
                  public void finished(ReconcileEvent.Finished event) {
                    told.add(event.outcome().kind() + (event.applies() ? "" : " at a look"));
                  }
                })
            .build();

    assertThat(reconciler.plan(OperationContext.create()).kind()).isEqualTo(Kind.PLANNED);
    assertThat(told).containsExactly("PLANNED at a look");
    told.clear();
    reconciler.reconcile();

    assertThat(told).containsExactly("held closed", "PLANNED");
  }

  @Test
  @DisplayName("a look shows the plan that waits for approval, without what a window holds of it")
  void showsWhatIsApproved() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    target().build().reconcile();
    source.commit("two", Map.of("a", "2"));
    Set<PlanId> approved = new HashSet<>();
    Reconciler<TextSet> reconciler =
        target()
            .gate((plan, context) -> GateDecision.held(Set.of(TextSet.id("b")), "not before night"))
            .gate(Gate.approval((target, id) -> approved.contains(id)))
            .build();

    ReconcileOutcome look = reconciler.plan(OperationContext.create());

    Plan<?> shown = look.madePlan().orElseThrow();
    assertThat(shown.heldInPart()).contains("not before night");
    assertThat(look.whyHeld()).contains("plan " + shown.id() + " waits for approval");
    approved.add(shown.id());
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2").containsKey(TextSet.id("b"));
  }

  @Test
  @DisplayName(
      "a look that nothing holds says that only the plan was asked for, and writes nothing")
  void saysThatNothingHolds() {
    source.commit("one", Map.of("a", "1"));
    Reconciler<TextSet> reconciler =
        target().gate((plan, context) -> GateDecision.allowed()).build();

    ReconcileOutcome look = reconciler.plan(OperationContext.create());

    assertThat(look.whyHeld()).contains("only the plan was asked for");
    assertThat(destination.live()).isEmpty();
  }
}
