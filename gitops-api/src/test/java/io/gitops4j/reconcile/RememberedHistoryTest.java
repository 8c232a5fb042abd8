package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.internal.json.HistoryJson;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.MovableClock;
import io.gitops4j.tck.TextSet;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** There may be thousands of targets, and an entry of history has a line for every object. */
class RememberedHistoryTest {
  private static final Duration WINDOW = Duration.ofMinutes(5);

  private final InMemorySource source = new InMemorySource();
  private final Written history = new Written();
  private final MovableClock clock = new MovableClock(Instant.parse("2030-01-01T00:00:00Z"));

  @Test
  @DisplayName("a target that never goes back by itself keeps no entry of history in memory")
  void keepsNothingWithoutThePolicy() {
    Reconciler<TextSet> reconciler = target().build();
    source.commit("one", Map.of("a", "1"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertForgotten(reconciler);
  }

  @Test
  @DisplayName(
      "an entry of a revision that became well is kept in memory no longer than the window")
  void keepsNothingAfterTheWindow() {
    TargetBuilder<TextSet> target = target().autoRollback(AutoRollback.within(WINDOW));
    Reconciler<TextSet> reconciler = target.build();
    source.commit("one", Map.of("a", "1"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    clock.forward(WINDOW);

    assertForgotten(reconciler);
    assertForgotten(target.build());
  }

  private void assertForgotten(Reconciler<TextSet> reconciler) {
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(history.entries).isNotEmpty();
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(history.entries).allSatisfy(e -> assertThat(e.get()).isNull());
            });
    assertThat(reconciler.reconcile().kind()).as("it is still there").isEqualTo(Kind.IN_SYNC);
  }

  private TargetBuilder<TextSet> target() {
    return GitOps.target("test")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(OverlaidDestination.withHistory(new InMemoryDestination(), history))
        .clock(clock);
  }

  /** Holds on to no entry itself, and knows which ones others hold on to. */
  private static final class Written implements HistoryStore {
    private final List<WeakReference<HistoryEntry>> entries = new ArrayList<>();
    private List<String> kept = List.of();

    @Override
    public void add(TargetId target, HistoryEntry entry, OperationContext context) {
      entries.add(new WeakReference<>(entry));
      kept = entry.addedTo(read()).stream().map(HistoryJson::write).toList();
    }

    @Override
    public List<HistoryEntry> list(TargetId target, OperationContext context) {
      List<HistoryEntry> read = read();
      read.forEach(e -> entries.add(new WeakReference<>(e)));
      return read;
    }

    private List<HistoryEntry> read() {
      return kept.stream().map(HistoryJson::read).toList();
    }
  }
}
