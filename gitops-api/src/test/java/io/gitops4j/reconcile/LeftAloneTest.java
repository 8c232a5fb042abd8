package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.TextSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a pass does not touch: by its policy, or because somebody overwrites it again and again. */
class LeftAloneTest extends TargetHarness {
  @Test
  @DisplayName("an empty desired state removes nothing unless that is allowed")
  void guardsAgainstEmptiness() {
    source.commit("one", Map.of("a", "1"));
    target().build().reconcile();
    source.commit("two", Map.of());

    ReconcileOutcome refused = target().build().reconcile();
    assertThat(((ReconcileOutcome.Failed) refused).failure().code()).isEqualTo("RENDER-EMPTY");
    assertThat(destination.live()).hasSize(1);

    SyncPolicy allow = SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW);
    assertThat(target().policy(allow).build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).isEmpty();
  }

  @Test
  @DisplayName("without pruning what left stays and is told, without self-heal drift is told")
  void leavesWhatThePolicyLeaves() {
    SyncPolicy careful =
        SyncPolicy.standard().withPrune(SyncPolicy.Prune.KEEP).withDrift(SyncPolicy.Drift.OBSERVE);
    Reconciler<TextSet> reconciler = target().policy(careful).build();
    source.commit("one", Map.of("a", "1", "b", "2"));
    reconciler.reconcile();
    source.commit("two", Map.of("a", "1"));
    destination.live().put(TextSet.id("a"), "drifted");

    ReconcileOutcome.InSync left = (ReconcileOutcome.InSync) reconciler.reconcile();

    assertThat(left.plan().changes())
        .extracting(Change::action, Change::reason)
        .containsExactly(
            tuple(Action.SKIP, Reason.DRIFT_OBSERVED), tuple(Action.SKIP, Reason.PRUNE_DISABLED));
  }

  @Test
  @DisplayName(
      "drift that nobody looks for is no difference, and a new revision still goes over it")
  void driftOff() {
    source.commit("one", Map.of("a", "1"));
    Reconciler<TextSet> reconciler =
        target().policy(SyncPolicy.standard().withDrift(SyncPolicy.Drift.OFF)).build();
    reconciler.reconcile();
    destination.live().put(TextSet.id("a"), "drifted");

    ReconcileOutcome.InSync calm = (ReconcileOutcome.InSync) reconciler.reconcile();

    assertThat(calm.plan().hasDifferences()).isFalse();
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "drifted");
    source.commit("two", Map.of("a", "2"));
    reconciler.reconcile();
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2");
  }

  @Test
  @DisplayName("healing what is overwritten again and again stops until a new revision or a call")
  void fights() {
    source.commit("one", Map.of("a", "1"));
    List<Fight> begun = new ArrayList<>();
    Reconciler<TextSet> reconciler =
        target()
            .listener(
                new ReconcileListener() {
                  @Override
                  public void contested(ReconcileEvent.Contested event) {
                    begun.add(event.fight());
                  }
                })
            .build();
    reconciler.reconcile();
    for (int i = 0; i < 3; i++) {
      destination.live().put(TextSet.id("a"), "foreign");
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    }
    destination.live().put(TextSet.id("a"), "foreign");

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(begun)
        .singleElement()
        .isEqualTo(reconciler.fights(OperationContext.create()).get(0));
    assertThat(begun.get(0).message())
        .contains("gitops4j and somebody unknown")
        .contains("corrected 3 times")
        .contains("jsonPointers: ['/text']");
    reconciler.healAgain(OperationContext.create());
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
  }
}
