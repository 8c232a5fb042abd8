package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.fleet.FleetOutcome.Kind;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A fleet that is gone through wave by wave. */
class FleetWavesTest extends FleetHarness {
  @Test
  @DisplayName("the next wave gets what the one before has proven")
  void waves() {
    commit("1");

    FleetOutcome outcome = fleet(FleetTest::inWaves).reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.COMPLETE);
    assertThat(told).startsWith("a WELL", "proven canary");
    assertThat(told).contains("b WELL", "c WELL");
  }

  @Test
  @DisplayName("a wave that fails stops the rollout: later clusters keep what they have")
  void stops() {
    commit("1");
    Fleet<TextSet> fleet = fleet(FleetTest::inWaves);
    fleet.reconcile();
    clusters.get("a").refuse(TextSet.id("one"));
    commit("2");

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.STOPPED);
    assertThat(outcome.message()).contains("canary", "a: ", "it refuses to be written");
    assertThat(outcome.in(State.NOT_REACHED)).containsExactly("b", "c");
    assertThat(outcome.clusters().get("b").message()).startsWith("waits for wave canary");
    assertThat(live()).containsEntry("b", "1").containsEntry("c", "1");
    assertThat(told).contains("stopped canary");
    clusters.get("a").allow(TextSet.id("one"));
    FleetOutcome mended = fleet.reconcile();
    assertThat(mended.kind()).as(mended.message()).isEqualTo(Kind.COMPLETE);
    assertThat(live().values()).containsOnly("2");
  }

  @Test
  @DisplayName("while an earlier wave is broken, drift in later ones is healed at what they have")
  void healsLaterWaves() {
    Revision first = commit("1");
    Fleet<TextSet> fleet = fleet(FleetTest::inWaves);
    fleet.reconcile();
    clusters.get("a").refuse(TextSet.id("one"));
    commit("2");
    clusters.get("b").live().put(TextSet.id("one"), "drift");

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.STOPPED);
    assertThat(live()).containsEntry("b", "1").containsEntry("c", "1");
    ClusterOutcome healed = outcome.clusters().get("b");
    assertThat(healed.state()).isEqualTo(State.NOT_REACHED);
    assertThat(healed.outcome().orElseThrow().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
    assertThat(healed.outcome().orElseThrow().pass().revision()).contains(first);

    clusters.get("b").live().put(TextSet.id("one"), "drift");
    assertThat(fleet(FleetTest::inWaves).reconcile().kind()).isEqualTo(Kind.STOPPED);
    assertThat(live()).as("also by a fleet that is made anew").containsEntry("b", "1");
  }

  @Test
  @DisplayName("a cluster whose own gate lets a part through has not proven the revision")
  void heldInPart() {
    AtomicBoolean closed = new AtomicBoolean();
    Fleet<TextSet> fleet =
        fleet(f -> FleetTest.inWaves(f).each((c, target) -> target.gate(holdsTwo(closed))));
    source.commit("1", Map.of("one", "1", "two", "1"));
    fleet.reconcile();
    closed.set(true);
    source.commit("2", Map.of("one", "2", "two", "2"));

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.HELD);
    assertThat(outcome.in(State.HELD)).containsExactly("a");
    assertThat(outcome.clusters().get("a").message()).isEqualTo("two has to wait");
    assertThat(live()).containsEntry("a", "2").containsEntry("b", "1").containsEntry("c", "1");
    closed.set(false);
    assertThat(fleet.reconcile().kind()).isEqualTo(Kind.COMPLETE);
    assertThat(live().values()).containsOnly("2");
  }

  @Test
  @DisplayName("inside a wave, one at a time, the first failure keeps the revision from the rest")
  void oneAtATime() {
    clusters.get("b").refuse(TextSet.id("one"));
    commit("1");

    FleetOutcome outcome =
        fleet(f -> f.wave(Wave.of("all", "b", "a", "c").withAtOnce(1))).reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.STOPPED);
    assertThat(live()).containsEntry("a", "-").containsEntry("c", "-");
  }

  @Test
  @DisplayName("as many as may fail do not stop the rollout")
  void budget() {
    clusters.get("a").refuse(TextSet.id("one"));
    commit("1");

    FleetOutcome outcome =
        fleet(
                f ->
                    f.wave(Wave.of("first", "a", "b").withAllowedFailures(1))
                        .wave(Wave.of("rest", "c")))
            .reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(live()).containsEntry("c", "1");
  }

  @Test
  @DisplayName("a gate behind a wave holds the next one until it opens")
  void gate() {
    AtomicReference<Optional<String>> closed = new AtomicReference<>(Optional.of("no approval"));
    commit("1");
    Fleet<TextSet> fleet =
        fleet(
            f ->
                f.wave(
                        Wave.of("canary", "a")
                            .withGateBehind((wave, revision, context) -> closed.get()))
                    .wave(Wave.of("rest", "b", "c")));

    FleetOutcome held = fleet.reconcile();

    assertThat(held.kind()).isEqualTo(Kind.HELD);
    assertThat(held.message()).isEqualTo("no approval");
    assertThat(live()).containsEntry("b", "-");
    assertThat(told).contains("held canary: no approval");
    closed.set(Optional.empty());
    assertThat(fleet.reconcile().kind()).isEqualTo(Kind.COMPLETE);
    assertThat(live().values()).containsOnly("1");
  }

  @Test
  @DisplayName("a newer revision ends the soak of an older one, which no further cluster gets")
  void superseded() {
    commit("1");
    OperationContext context = OperationContext.create();
    Fleet<TextSet> soaking =
        fleet(
            f ->
                f.wave(Wave.of("canary", "a").withSoak(Duration.ofHours(1)))
                    .wave(Wave.of("rest", "b", "c")));
    CompletableFuture<FleetOutcome> running =
        CompletableFuture.supplyAsync(() -> soaking.reconcile(context), workers);
    await().until(() -> told.contains("a WELL"));
    commit("2");

    await().until(() -> told.stream().filter("a WELL"::equals).count() == 2);

    context.cancel();
    running.join();
    // Whether a cluster's end or the newer revision is told first is left to their threads.
    assertThat(told.subList(0, 3)).containsExactlyInAnyOrder("a WELL", "superseded", "a WELL");
    assertThat(live()).containsEntry("a", "2").containsEntry("b", "-").containsEntry("c", "-");
    assertThat(fleet(FleetTest::inWaves).reconcile().kind()).isEqualTo(Kind.COMPLETE);
    assertThat(clusters.get("b").writes()).as("only what was proven").isEqualTo(1);
    assertThat(live().values()).containsOnly("2");
  }

  @Test
  @DisplayName("a fleet that is made anew goes on where the one before ended")
  void restarts() {
    commit("1");
    UnaryOperator<FleetBuilder<TextSet>> waves =
        f ->
            f.wave(Wave.of("canary", "a").withSoak(Duration.ofMillis(300)))
                .wave(Wave.of("rest", "b", "c"));
    clusters.get("b").refuse(TextSet.id("one"));
    assertThat(fleet(waves).reconcile().kind()).isEqualTo(Kind.STOPPED);
    clusters.get("b").allow(TextSet.id("one"));
    int writes = clusters.get("a").writes();

    FleetOutcome outcome = fleet(waves).reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.COMPLETE);
    assertThat(clusters.get("a").writes()).isEqualTo(writes);
    assertThat(outcome.clusters().get("a").outcome().orElseThrow().kind())
        .isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a canary that somebody took back holds the rollout until it is released")
  void pinned() {
    Revision first = commit("1");
    Fleet<TextSet> fleet = fleet(FleetTest::inWaves);
    fleet.reconcile();
    commit("2");
    OperationContext context = OperationContext.create();
    fleet
        .clusters()
        .get("a")
        .rollback(Rollback.to(first, "somebody", "it is slow").until(Pin.Until.RELEASED), context);

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.HELD);
    assertThat(outcome.message()).contains("it is slow");
    assertThat(live().values()).containsOnly("1");
    fleet.clusters().get("a").release(context);
    assertThat(fleet.reconcile().kind()).isEqualTo(Kind.COMPLETE);
    assertThat(live().values()).containsOnly("2");
  }

  @Test
  @DisplayName(
      "a cluster that was taken somewhere before it was given anything gets nothing before its wave,"
          + " also when it is released after a restart")
  void releasedBeforeItsWave() {
    Revision first = commit("1");
    commit("2");
    clusters.get("a").refuse(TextSet.id("one"));
    Fleet<TextSet> fleet = fleet(FleetTest::inWaves);
    fleet.reconcile();
    OperationContext context = OperationContext.create();
    Rollback wish = Rollback.to(first, "somebody", "begin there").until(Pin.Until.MOVED_ON);
    fleet.clusters().get("b").rollback(wish, context);
    assertThat(live()).containsEntry("b", "1");

    Reconciler<TextSet> restarted = fleet(FleetTest::inWaves).clusters().get("b");

    assertThat(restarted.reconcile().pass().pin()).as("the pin outlives it").isPresent();
    assertThat(restarted.release(context)).isPresent();
    assertThat(restarted.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.PLANNED);
    assertThat(live()).containsEntry("b", "1");
    clusters.get("a").allow(TextSet.id("one"));
    assertThat(fleet(FleetTest::inWaves).reconcile().kind()).isEqualTo(Kind.COMPLETE);
    assertThat(live().values()).containsOnly("2");
  }
}
