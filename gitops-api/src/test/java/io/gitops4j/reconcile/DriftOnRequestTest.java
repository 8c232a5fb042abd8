package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gitops4j.GitOps;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DriftOnRequestTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final Reconciler<TextSet> reconciler =
      target(SyncPolicy.standard().withDrift(SyncPolicy.Drift.ON_REQUEST));

  @Test
  @DisplayName("drift is told by every pass, and brought back by one that somebody asked for")
  void waitsForARequest() {
    source.commit("one", Map.of("a", "1"));
    reconciler.reconcile();
    destination.live().put(TextSet.id("a"), "drifted");

    ReconcileOutcome.InSync left = (ReconcileOutcome.InSync) reconciler.reconcile();

    assertThat(left.plan().changes())
        .extracting(Change::reason, Change::differs)
        .containsExactly(tuple(Reason.DRIFT_OBSERVED, true));
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "drifted");

    reconciler.reconcile(OperationContext.create().withTrigger(Trigger.MANUAL));
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName(
      "a new revision is applied as a whole: what it left alone and drifted comes back too")
  void aRevisionNeedsNoRequest() {
    source.commit("one", Map.of("a", "1", "b", "1", "c", "1"));
    reconciler.reconcile();
    destination.live().put(TextSet.id("a"), "drifted");
    destination.live().put(TextSet.id("b"), "drifted");
    destination.live().remove(TextSet.id("c"));
    source.commit("two", Map.of("a", "2", "b", "1", "c", "1"));

    reconciler.reconcile();

    assertThat(destination.live())
        .isEqualTo(Map.of(TextSet.id("a"), "2", TextSet.id("b"), "1", TextSet.id("c"), "1"));
  }

  @Test
  @DisplayName("what is no longer desired and stays is no new revision: drift goes on waiting")
  void whatIsKeptIsNoRevision() {
    SyncPolicy policy = SyncPolicy.standard().withDrift(SyncPolicy.Drift.ON_REQUEST);
    for (SyncPolicy.Prune prune : List.of(SyncPolicy.Prune.KEEP, SyncPolicy.Prune.CONFIRM)) {
      source.commit("one", Map.of("a", "1", "b", "1"));
      reconciler.reconcile();
      source.commit("two", Map.of("a", "1"));
      destination.live().put(TextSet.id("a"), "drifted");

      target(policy.withPrune(prune)).reconcile();

      assertThat(destination.live())
          .as("%s", prune)
          .isEqualTo(Map.of(TextSet.id("a"), "drifted", TextSet.id("b"), "1"));
    }
  }

  private Reconciler<TextSet> target(SyncPolicy policy) {
    return GitOps.target("shop")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(destination)
        .policy(policy)
        .build();
  }
}
