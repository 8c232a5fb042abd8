package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.fleet.FleetOutcome.Kind;
import io.gitops4j.fleet.RolloutEvent.Sight;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import io.gitops4j.reconcile.AutoRollback;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a pass does for the clusters that it does not reach. */
class FleetHealingTest extends FleetHarness {
  private final CountDownLatch never = new CountDownLatch(1);

  /** All have the first revision, the canary refuses the second, and later clusters drifted. */
  private void brokenCanary() {
    commit("1");
    assertThat(fleet(FleetTest::inWaves).reconcile().kind()).isEqualTo(Kind.COMPLETE);
    clusters.get("a").refuse(TextSet.id("one"));
    commit("2");
    drift("b");
    drift("c");
  }

  private void drift(String cluster) {
    clusters.get(cluster).live().put(TextSet.id("one"), "drift");
  }

  /** While b is healed, something happens. */
  private static UnaryOperator<FleetBuilder<TextSet>> whileHealed(Runnable what) {
    return fleet ->
        fleet.each(
            (name, target) -> {
              if (name.equals("b")) {
                target.gate(
                    (plan, context) -> {
                      what.run();
                      return GateDecision.allowed();
                    });
              }
            });
  }

  private void hang() {
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisplayName("a pass that is cancelled while a dead cluster is healed still says what stopped it")
  void cancelledWhileHealing() {
    brokenCanary();
    OperationContext context = OperationContext.create();
    Fleet<TextSet> fleet =
        fleet(
            f ->
                whileHealed(
                        () -> {
                          context.cancel();
                          hang();
                        })
                    .apply(FleetTest.inWaves(f)));

    FleetOutcome outcome = fleet.reconcile(context);

    assertThat(outcome.kind()).isEqualTo(Kind.STOPPED);
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.message()).contains("canary", "it refuses to be written");
    assertThat(outcome.in(State.NOT_REACHED)).containsExactly("b", "c");
  }

  @Test
  @DisplayName("a pass whose time ends while a dead cluster is healed still says what holds it")
  void timeEndsWhileHealing() {
    commit("1");
    assertThat(fleet(FleetTest::inWaves).reconcile().kind()).isEqualTo(Kind.COMPLETE);
    commit("2");
    drift("b");
    AtomicReference<Duration> left = new AtomicReference<>(Duration.ofHours(1));
    Fleet<TextSet> fleet =
        fleet(
            f ->
                whileHealed(
                        () -> {
                          left.set(Duration.ZERO);
                          hang();
                        })
                    .apply(f)
                    .wave(
                        Wave.of("canary", "a")
                            .withGateBehind(
                                (wave, revision, context) -> Optional.of("no approval")))
                    .wave(Wave.of("rest", "b", "c")));

    FleetOutcome outcome = fleet.reconcile(OperationContext.create().withPermit(new Term(left)));

    assertThat(outcome.kind()).isEqualTo(Kind.HELD);
    assertThat(outcome.message()).isEqualTo("no approval");
    assertThat(outcome.in(State.WELL)).containsExactly("a");
  }

  @Test
  @DisplayName(
      "dead clusters that it does not reach hold a pass for the limit of one, all together")
  void deadClusters() {
    brokenCanary();
    Fleet<TextSet> fleet =
        fleet(
            f ->
                whileHealed(this::hang)
                    .apply(FleetTest.inWaves(f))
                    .workers(workers, 1)
                    .clusterLimit(Duration.ofSeconds(1)));

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.STOPPED);
    assertThat(outcome.in(State.NOT_REACHED)).containsExactly("b", "c");
    assertThat(live()).as("after the dead one there was no time").containsEntry("c", "drift");
  }

  @Test
  @DisplayName("a revision that is found while clusters are healed is for the next pass")
  void newerWhileHealing() {
    brokenCanary();
    Revision second = source.fetch(Optional.empty(), OperationContext.create()).revision();
    AtomicReference<Reconciler<TextSet>> beside = new AtomicReference<>();
    AtomicBoolean once = new AtomicBoolean();
    Fleet<TextSet> fleet =
        fleet(
            f ->
                whileHealed(
                        () -> {
                          if (!once.getAndSet(true)) {
                            clusters.get("a").allow(TextSet.id("one"));
                            commit("3");
                            beside.get().reconcile();
                          }
                        })
                    .apply(FleetTest.inWaves(f)));
    beside.set(fleet.clusters().get("a"));

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.STOPPED);
    assertThat(outcome.revision()).contains(second);
    assertThat(outcome.in(State.FAILED)).containsExactly("a");
    assertThat(live()).containsEntry("b", "1").containsEntry("c", "1");
    assertThat(told).doesNotContain("superseded");
    assertThat(fleet.reconcile().kind()).isEqualTo(Kind.COMPLETE);
    assertThat(live().values()).containsOnly("3");
  }

  @Test
  @DisplayName("at rest a rollout gives nobody a newer revision, and gives nobody up")
  void rests() {
    Rollout rollout =
        new Rollout(
            List.of(Wave.of("first", "a", "b"), Wave.of("second", "c")),
            new Rollout.Pace(8, Duration.ofMinutes(10), Duration.ofSeconds(2), Duration.ZERO));
    Revision first = commit("1");
    Revision second = commit("2");
    rollout.decide(new RolloutEvent.Head(first), 0);
    rollout.decide(new RolloutEvent.Saw("a", first, Sight.FAILED, false, "refused"), 0);
    rollout.decide(new RolloutEvent.Saw("b", first, Sight.UNWELL, false, "starting"), 0);
    long later = Duration.ofHours(1).toNanos();

    rollout.rest();

    assertThat(rollout.decide(new RolloutEvent.Head(second), later)).isEmpty();
    assertThat(rollout.given("a")).contains(first);
    assertThat(rollout.cluster("b").standing).isEqualTo(ClusterState.Standing.UNWELL);
    rollout.wake();
    assertThat(rollout.decide(new RolloutEvent.Head(second), later))
        .contains(new RolloutAction.Give("a", second), new RolloutAction.Give("b", second));
  }

  @Test
  @DisplayName(
      "after a restart a cluster that went back by itself is healed there, though its record tells"
          + " of nothing else any more")
  void healsWhereItWentBack() {
    UnaryOperator<FleetBuilder<TextSet>> goesBack =
        f ->
            FleetTest.inWaves(f)
                .each((c, target) -> target.autoRollback(AutoRollback.within(Duration.ofHours(1))));
    commit("1");
    fleet(goesBack).reconcile();
    clusters.get("b").ail("2", new Health(HealthStatus.DEGRADED, "container main waits"));
    commit("2");
    fleet(goesBack).reconcile();
    for (int healed = 0; healed < 10; healed++) {
      drift("b");
      fleet(goesBack).clusters().get("b").reconcile();
      assertThat(live()).containsEntry("b", "1");
    }
    clusters.get("a").refuse(TextSet.id("one"));
    commit("3");
    drift("b");

    FleetOutcome outcome = fleet(goesBack).reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.STOPPED);
    assertThat(live()).containsEntry("b", "1");
    assertThat(outcome.clusters().get("b").outcome().orElseThrow().pass().pin()).isPresent();
  }

  @Test
  @DisplayName("after a restart a cluster that got a part of its revision is healed at that one")
  void healsWhatWasHeldInPart() {
    commit("1");
    fleet(FleetTest::inWaves).reconcile();
    UnaryOperator<FleetBuilder<TextSet>> gated =
        f ->
            FleetTest.inWaves(f)
                .each(
                    (cluster, target) -> {
                      if (cluster.equals("b")) {
                        target.gate(holdsTwo(new AtomicBoolean(true)));
                      }
                    });
    source.commit("2", Map.of("one", "2", "two", "2"));
    assertThat(fleet(gated).reconcile().in(State.HELD)).containsExactly("b");
    clusters.get("a").refuse(TextSet.id("one"));
    commit("3");
    drift("b");

    assertThat(fleet(gated).reconcile().kind()).isEqualTo(Kind.STOPPED);

    assertThat(live()).containsEntry("b", "2");
  }

  private record Term(AtomicReference<Duration> left) implements Permit {
    @Override
    public Duration remaining() {
      return left.get();
    }

    @Override
    public String token() {
      return "term";
    }
  }
}
