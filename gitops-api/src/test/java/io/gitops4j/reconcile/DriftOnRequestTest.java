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
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DriftOnRequestTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final Reconciler<TextSet> reconciler =
      GitOps.target("shop")
          .source(source)
          .renderer(new TextSet.TextRenderer())
          .destination(destination)
          .policy(SyncPolicy.standard().withDrift(SyncPolicy.Drift.ON_REQUEST))
          .build();

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
  @DisplayName("a new revision goes over drift without being asked")
  void aRevisionNeedsNoRequest() {
    source.commit("one", Map.of("a", "1"));
    reconciler.reconcile();
    destination.live().put(TextSet.id("a"), "drifted");
    source.commit("two", Map.of("a", "2"));

    reconciler.reconcile();

    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2");
  }
}
