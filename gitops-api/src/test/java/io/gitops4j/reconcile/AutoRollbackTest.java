package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.gate.Gate;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.MovableClock;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AutoRollbackTest {
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final String BAD = "broken";

  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final List<ReconcileOutcome> passes = new ArrayList<>();
  private final List<Pin> ways = new ArrayList<>();
  private final MovableClock clock = new MovableClock(Instant.parse("2030-01-01T00:00:00Z"));
  private final Reconciler<TextSet> reconciler = target(WINDOW).build();
  private Revision good = source.commit("good", Map.of("a", "1"));

  @BeforeEach
  void begin() {
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    passes.clear();
    destination.ail(BAD, new Health(HealthStatus.DEGRADED, "container main waits"));
  }

  @Test
  @DisplayName("a revision that fails is gone back from, left alone, and the next one is applied")
  void goesBack() {
    Revision bad = source.commit("bad", Map.of("a", BAD, "b", "2"));

    ReconcileOutcome end = reconciler.reconcile();

    assertThat(passes)
        .extracting(ReconcileOutcome::kind)
        .containsExactly(Kind.INCOMPLETE, Kind.APPLIED);
    ReconcileOutcome.Incomplete failed = (ReconcileOutcome.Incomplete) passes.get(0);
    assertThat(failed.outcome().results())
        .filteredOn(r -> r.failure().isPresent())
        .singleElement()
        .satisfies(r -> assertThat(r.failure().get().reason()).contains("container main waits"));
    Pin way = end.pass().pin().orElseThrow();
    assertThat(failed.pass().rollback()).contains(way);
    assertThat(ways).containsExactly(way);
    assertThat(way.revision()).isEqualTo(good);
    assertThat(way.bad()).contains(bad);
    assertThat(way.why()).contains("container main waits");
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "1"));
    assertThat(history())
        .extracting(HistoryEntry::outcome)
        .startsWith(Kind.APPLIED, Kind.INCOMPLETE);

    assertThat(reconciler.reconcile().kind())
        .as("the bad one is left alone")
        .isEqualTo(Kind.IN_SYNC);
    source.commit("better", Map.of("a", "3"));
    assertThat(reconciler.reconcile().pass().pin()).isEmpty();
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "3"));
  }

  @Test
  @DisplayName(
      "where nothing happens by itself, it goes back in the pass that was asked for; what a later"
          + " pass finds out waits at its pin until somebody asks")
  void goesBackWhenAsked() {
    OperationContext asked = context().withTrigger(Trigger.MANUAL);
    Reconciler<TextSet> manual = target(WINDOW).gate(Gate.onlyAsked("by hand")).build();
    source.commit("bad", Map.of("a", BAD));
    assertThat(manual.reconcile(asked).kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "1"));

    source.commit("two", Map.of("a", "2"));
    assertThat(manual.reconcile(asked).kind()).isEqualTo(Kind.APPLIED);
    destination.ail("2", new Health(HealthStatus.DEGRADED, "out of memory"));
    ReconcileOutcome found = manual.reconcile();
    assertThat(found.kind()).isEqualTo(Kind.PLANNED);
    assertThat(found.pass().pin().orElseThrow().revision()).isEqualTo(good);
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "2"));

    assertThat(manual.reconcile(asked).kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "1"));
  }

  @Test
  @DisplayName("what does not become well within the window is bad")
  void waitsForTheWindow() {
    destination.ail("slow", new Health(HealthStatus.PROGRESSING, "1 of 2 replicas"));
    source.commit("slow", Map.of("a", "slow"));

    ReconcileOutcome end = target(Duration.ofMillis(400)).build().reconcile();

    assertThat(((ReconcileOutcome.Incomplete) passes.get(0)).outcome().results().get(0).failure())
        .hasValueSatisfying(f -> assertThat(f.reason()).contains("within", "1 of 2 replicas"));
    assertThat(end.pass().pin()).isPresent();
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "1"));
  }

  @Test
  @DisplayName("a pass that has to end before the window leaves the wait to the next one")
  void waitsInSeveralPasses() {
    Revision slow = endsWaiting();
    clock.forward(WINDOW.minusMillis(400));

    ReconcileOutcome end = reconciler.reconcile();

    assertWentBack(slow, end);
    assertThat(passes)
        .extracting(ReconcileOutcome::kind)
        .containsExactly(Kind.APPLIED, Kind.IN_SYNC, Kind.APPLIED);
  }

  @Test
  @DisplayName("a restart during the wait ends neither the wait nor the window")
  void waitsAfterRestart() {
    Revision slow = endsWaiting();
    clock.forward(WINDOW.minusMillis(400));

    assertWentBack(slow, target(WINDOW).build().reconcile());
  }

  @Test
  @DisplayName(
      "what does not become well in the moment that a pass gives it after the window is bad")
  void judgesAfterTheWindow() {
    Duration window = Duration.ofSeconds(1);
    Reconciler<TextSet> brief = target(window).build();
    Revision slow = endsWaiting(brief);
    clock.forward(window.plusSeconds(60));

    assertWentBack(slow, brief.reconcile());
  }

  @Test
  @DisplayName("what became well within the window and is on its way again later is not bad")
  void forgivesWhatWasWell() {
    endsWaiting();
    destination.ail("slow", Health.of(HealthStatus.HEALTHY));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    destination.ail("slow", new Health(HealthStatus.PROGRESSING, "3 of 4 replicas"));
    clock.forward(WINDOW.minusMillis(400));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    clock.forward(WINDOW);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(ways).isEmpty();
  }

  @Test
  @DisplayName("a process that begins after the window judges what was waited for")
  void judgesWhatWasWaitedFor() {
    Revision slow = endsWaiting();
    clock.forward(WINDOW.multipliedBy(3));

    assertWentBack(slow, target(Duration.ofMillis(400)).build().reconcile());
  }

  @Test
  @DisplayName("what became well is judged by no later process, however it is by then")
  void forgetsWhatBecameWell() {
    endsWaiting();
    destination.ail("slow", Health.of(HealthStatus.HEALTHY));
    assertThat(target(WINDOW).build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(history().get(0).lines())
        .as("history tells that it became well")
        .allMatch(l -> l.health().status() == HealthStatus.HEALTHY);
    assertThat(history()).hasSize(2);
    destination.ail("slow", new Health(HealthStatus.DEGRADED, "the node is gone"));
    clock.forward(WINDOW);

    assertThat(target(WINDOW).build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(ways).isEmpty();
  }

  @Test
  @DisplayName("a pass that is recorded without a wait is judged by no process after the window")
  void judgesNothingThatNobodyWaitedFor() {
    destination.ail("slow", new Health(HealthStatus.PROGRESSING, "1 of 2 replicas"));
    source.commit("slow", Map.of("a", "slow"));
    target(destination).build().reconcile();
    clock.forward(WINDOW);

    assertThat(target(WINDOW).build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(ways).isEmpty();
  }

  /** A revision whose pass has no time to wait until the window ends. */
  private Revision endsWaiting() {
    return endsWaiting(reconciler);
  }

  private Revision endsWaiting(Reconciler<TextSet> process) {
    destination.ail("slow", new Health(HealthStatus.PROGRESSING, "1 of 2 replicas"));
    Revision slow = source.commit("slow", Map.of("a", "slow"));
    // Two seconds of it are kept for what follows a wait.
    ReconcileOutcome end = process.reconcile(OperationContext.within(Duration.ofSeconds(4)));
    assertThat(end.kind()).isEqualTo(Kind.APPLIED);
    return slow;
  }

  private void assertWentBack(Revision bad, ReconcileOutcome end) {
    Pin way = end.pass().pin().orElseThrow();
    assertThat(way.bad()).contains(bad);
    assertThat(way.why()).contains("within", "1 of 2 replicas");
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "1"));
  }

  @Test
  @DisplayName("what is degraded after it was well is gone back from within the window, not later")
  void goesBackFromDecline() {
    source.commit("two", Map.of("a", "2"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    clock.forward(WINDOW.minusSeconds(1));
    destination.ail("2", new Health(HealthStatus.DEGRADED, "out of memory"));

    ReconcileOutcome end = target(WINDOW).build().reconcile();

    assertThat(end.pass().pin().orElseThrow().why()).contains("out of memory");
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");

    source.commit("three", Map.of("a", "3"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    clock.forward(WINDOW);
    destination.ail("3", new Health(HealthStatus.DEGRADED, "out of memory"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(reconciler.pin(context())).isEmpty();
  }

  @Test
  @DisplayName(
      "when the earlier revision fails, too, it stays there and tells: no way back and forth")
  void neverLoops() {
    source.commit("bad", Map.of("a", BAD));
    destination.ail("1", new Health(HealthStatus.DEGRADED, "the volume is full"));

    ReconcileOutcome end = reconciler.reconcile();

    assertThat(end.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(passes).hasSize(2);
    assertThat(end.pass().pin().orElseThrow().revision()).isEqualTo(good);
    assertThat(end.pass().rollback()).isEmpty();
    reconciler.reconcile();
    assertThat(ways).hasSize(1);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("a revision that was gone back from is never gone back to")
  void skipsBadOnes() {
    Revision two = source.commit("two", Map.of("a", "2"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    destination.ail("2", new Health(HealthStatus.DEGRADED, "out of memory"));
    assertThat(reconciler.reconcile().pass().pin().orElseThrow().bad()).contains(two);
    source.commit("bad", Map.of("a", BAD));

    assertThat(reconciler.reconcile().pass().pin().orElseThrow().revision()).isEqualTo(good);
  }

  @Test
  @DisplayName(
      "a revision that nobody saw to be well, because a newer one came, is not gone back to")
  void skipsUnprovenOnes() {
    destination.ail("slow", new Health(HealthStatus.PROGRESSING, "1 of 2 replicas"));
    source.commit("slow", Map.of("a", "slow"));
    OperationContext superseded = context();
    superseded.supersede();
    assertThat(reconciler.reconcile(superseded).kind()).isEqualTo(Kind.APPLIED);
    source.commit("bad", Map.of("a", BAD));

    assertThat(reconciler.reconcile().pass().pin().orElseThrow().revision()).isEqualTo(good);
  }

  @Test
  @DisplayName("what was not well before and is not touched does not count")
  void ignoresOldTrouble() {
    destination.ail("1", new Health(HealthStatus.DEGRADED, "since last week"));
    source.commit("two", Map.of("a", "1", "b", "2"));

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(reconciler.pin(context())).isEmpty();
  }

  @Test
  @DisplayName("what was not well before and is not touched does not count after a restart, either")
  void ignoresOldTroubleAfterRestart() {
    destination.ail("1", new Health(HealthStatus.DEGRADED, "since last week"));
    source.commit("two", Map.of("a", "1", "b", "2"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(target(WINDOW).build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(ways).isEmpty();
    assertThat(reconciler.pin(context())).isEmpty();
  }

  @Test
  @DisplayName("what finalizers hold while it is removed does not make a revision bad")
  void ignoresWhatGoes() {
    source.commit("two", Map.of("a", "1", "b", "2"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    destination.hold(TextSet.id("b"));
    source.commit("three", Map.of("a", "3"));

    assertThat(target(Duration.ofMillis(400)).build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target(WINDOW).build().reconcile().health().status())
        .as("it is held all the time")
        .isEqualTo(HealthStatus.PROGRESSING);

    assertThat(ways).isEmpty();
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "3");
  }

  @Test
  @DisplayName("a server that does not take a write is not the revision's fault")
  void forgivesServers() {
    destination.refuse(TextSet.id("a"));
    source.commit("two", Map.of("a", "2"));

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.INCOMPLETE);

    assertThat(ways).isEmpty();
  }

  @Test
  @DisplayName("the first revision of all has nothing to go back to, and says why it failed")
  void hasNowhereToGo() {
    InMemoryDestination empty = new InMemoryDestination();
    empty.ail(BAD, new Health(HealthStatus.DEGRADED, "container main waits"));
    source.commit("bad", Map.of("a", BAD));

    ReconcileOutcome end =
        GitOps.target("test")
            .source(source)
            .renderer(new TextSet.TextRenderer())
            .destination(empty)
            .autoRollback(AutoRollback.within(WINDOW))
            .build()
            .reconcile();

    assertThat(end.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(end.pass().rollback()).isEmpty();
  }

  private List<HistoryEntry> history() {
    return destination.history().list(reconciler.target(), context());
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
        .clock(clock)
        .listener(
            new ReconcileListener() {
              @Override
              public void finished(ReconcileEvent.Finished event) {
                passes.add(event.outcome());
              }

              @Override
              public void goesBack(ReconcileEvent.GoesBack event) {
                ways.add(event.pin());
              }
            });
  }

  private static OperationContext context() {
    return OperationContext.create();
  }
}
