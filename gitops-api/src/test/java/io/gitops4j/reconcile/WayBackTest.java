package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether there can be a revision to go back to. */
class WayBackTest {
  @ParameterizedTest(name = "a history of {0} has no way back: going back by itself is refused")
  @ValueSource(ints = {0, 1})
  void refusesWhatCannotGoBack(int limit) {
    assertThatThrownBy(() -> target(limit).autoRollback(policy()).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("historyLimit to at least 2, not " + limit);
    assertThat(target(limit).build().target()).isEqualTo(new TargetId("test"));
    assertThat(target(2).autoRollback(policy()).build().target()).isEqualTo(new TargetId("test"));
  }

  private static AutoRollback policy() {
    return AutoRollback.within(Duration.ofMinutes(10));
  }

  private static TargetBuilder<TextSet> target(int limit) {
    InMemoryDestination base = new InMemoryDestination();
    HistoryStore kept = base.history();
    HistoryStore history =
        new HistoryStore() {
          @Override
          public void add(TargetId target, HistoryEntry entry, OperationContext context) {
            kept.add(target, entry, context);
          }

          @Override
          public List<HistoryEntry> list(TargetId target, OperationContext context) {
            return kept.list(target, context);
          }

          @Override
          public int limit() {
            return limit;
          }
        };
    return GitOps.target("test")
        .source(new InMemorySource())
        .renderer(new TextSet.TextRenderer())
        .destination(OverlaidDestination.withHistory(base, history));
  }
}
