package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.MovableClock;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who goes on with what a process waited for that is no more. */
class KilledWhileWaitingTest {
  private static final Duration WINDOW = Duration.ofMinutes(5);

  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final MovableClock clock = new MovableClock(Instant.parse("2030-01-01T00:00:00Z"));

  @BeforeEach
  void begin() {
    source.commit("good", Map.of("a", "1"));
    assertThat(target(WINDOW).build().reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("a process that is killed while it waits leaves the wait to the next one")
  void waitsAfterAKill() {
    Revision slow = isKilledWaiting();
    clock.forward(WINDOW.minusMillis(400));

    assertWentBack(slow, target(WINDOW).build().reconcile());
  }

  @Test
  @DisplayName("a process that begins after the window judges what a killed one waited for")
  void judgesAfterAKill() {
    Revision slow = isKilledWaiting();
    clock.forward(WINDOW.plusSeconds(60));

    assertWentBack(slow, target(Duration.ofMillis(400)).build().reconcile());
    assertThat(history())
        .extracting(HistoryEntry::outcome)
        .as("one entry for each pass")
        .containsExactly(Kind.APPLIED, Kind.APPLIED, Kind.APPLIED);
  }

  @Test
  @DisplayName("what became well while no process ran is not held against the revision")
  void forgivesAfterAKill() {
    isKilledWaiting();
    destination.ail("slow", Health.of(HealthStatus.HEALTHY));
    clock.forward(WINDOW);

    assertThat(target(WINDOW).build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(pin()).isEmpty();
    assertThat(history().get(0).trial().orElseThrow().awaited()).isEmpty();
  }

  @Test
  @DisplayName(
      "what a revision broke without touching it counts after a kill, what was broken before does not")
  void tellsOldTroubleAfterAKill() {
    destination.ail("old", new Health(HealthStatus.DEGRADED, "since last week"));
    source.commit("several", Map.of("a", "1", "b", "2", "c", "old"));
    target(destination).build().reconcile();
    Revision bad = source.commit("breaks b", Map.of("a", "3", "b", "2", "c", "old"));
    isKilled();
    destination.ail("2", new Health(HealthStatus.DEGRADED, "its settings are gone"));

    Pin way = target(WINDOW).build().reconcile().pass().pin().orElseThrow();

    assertThat(way.bad()).contains(bad);
    assertThat(way.why()).contains("its settings are gone");
  }

  @Test
  @DisplayName(
      "what is on its way when a process begins long after the window is given a moment, and is not"
          + " bad when it becomes well")
  void givesAMoment() {
    isKilledWaiting();
    // It became well a minute later, with nobody looking, and is moved to another node by now.
    clock.forward(WINDOW.multipliedBy(500));

    assertThat(becomesWell().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(pin()).isEmpty();
    assertThat(history().get(0).trial().orElseThrow().awaited()).isEmpty();
  }

  @Test
  @DisplayName("what nobody waited for is not judged in the moment after the window")
  void judgesNothingElseInThatMoment() {
    destination.ail("slow", new Health(HealthStatus.PROGRESSING, "1 of 2 replicas"));
    source.commit("slow", Map.of("a", "slow", "b", "2"));
    isKilled();
    clock.forward(WINDOW.multipliedBy(500));
    destination.ail("2", new Health(HealthStatus.DEGRADED, "the node is gone"));

    assertThat(becomesWell().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(pin()).isEmpty();
  }

  @Test
  @DisplayName("what was waited for and failed is bad at once, also long after the window")
  void judgesFailuresAtOnce() {
    Revision slow = isKilledWaiting();
    clock.forward(WINDOW.multipliedBy(500));
    destination.ail("slow", new Health(HealthStatus.DEGRADED, "container main waits"));

    // There is no time for the moment of a whole minute.
    target(WINDOW).build().reconcile(OperationContext.within(Duration.ofSeconds(30)));

    assertThat(pin().orElseThrow().bad()).contains(slow);
    assertThat(pin().orElseThrow().why()).contains("it failed", "container main waits");
  }

  /** A process that begins, and sees what is on its way become well at its third look. */
  private ReconcileOutcome becomesWell() {
    AtomicInteger looks = new AtomicInteger();
    return target(
            OverlaidDestination.withHealth(
                destination,
                (target, context) -> {
                  if (looks.incrementAndGet() == 3) {
                    destination.ail("slow", Health.of(HealthStatus.HEALTHY));
                  }
                  return destination.health().assess(target, context);
                }))
        .autoRollback(AutoRollback.within(WINDOW))
        .build()
        .reconcile();
  }

  /** A revision whose process is killed in the wait, before the pass ends. */
  private Revision isKilledWaiting() {
    destination.ail("slow", new Health(HealthStatus.PROGRESSING, "1 of 2 replicas"));
    Revision slow = source.commit("slow", Map.of("a", "slow"));
    isKilled();
    return slow;
  }

  /** Whoever looks how well things are is killed. */
  private void isKilled() {
    Reconciler<TextSet> mortal =
        target(
                OverlaidDestination.withHealth(
                    destination,
                    (target, context) -> {
                      throw new Killed();
                    }))
            .autoRollback(AutoRollback.within(WINDOW))
            .build();
    assertThatThrownBy(mortal::reconcile).isInstanceOf(Killed.class);
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private void assertWentBack(Revision bad, ReconcileOutcome end) {
    Pin way = end.pass().pin().orElseThrow();
    assertThat(way.bad()).contains(bad);
    assertThat(way.why()).contains("within", "1 of 2 replicas");
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "1"));
  }

  private Optional<Pin> pin() {
    return target(destination).build().pin(OperationContext.create());
  }

  private List<HistoryEntry> history() {
    return destination
        .history()
        .list(target(destination).build().target(), OperationContext.create());
  }

  private TargetBuilder<TextSet> target(Duration window) {
    return target(destination).autoRollback(AutoRollback.within(window));
  }

  /** Does not go back by itself. */
  private TargetBuilder<TextSet> target(Destination<TextSet> where) {
    return GitOps.target("test")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(where)
        .clock(clock);
  }
}
