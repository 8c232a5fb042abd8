package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.error.Stage;
import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.fleet.FleetOutcome.Kind;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One pass over a fleet. */
class FleetTest extends FleetHarness {
  @Test
  @DisplayName("all clusters get the same revision from one rendering, and each its own outcome")
  void allAtOnce() {
    Revision first = commit("1");

    FleetOutcome outcome = fleet(f -> f).reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.COMPLETE);
    assertThat(outcome.revision()).contains(first);
    assertThat(outcome.in(State.WELL)).containsExactly("a", "b", "c");
    assertThat(outcome.clusters().get("b").outcome().orElseThrow().pass().target())
        .hasToString("shop/b");
    assertThat(live().values()).containsOnly("1");
    assertThat(renderer.renders()).isEqualTo(1);
  }

  @Test
  @DisplayName("a cluster with a renderer of its own gets what that makes, of the same revision")
  void ownRenderer() {
    Revision first = commit("1");
    TextSet.TextRenderer own = new TextSet.TextRenderer();
    InMemoryDestination other = new InMemoryDestination();

    FleetOutcome outcome = fleet(f -> f.cluster("other", other, own)).reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.COMPLETE);
    assertThat(own.renders()).isEqualTo(1);
    assertThat(outcome.clusters().get("other").outcome().orElseThrow().pass().revision())
        .contains(first);
  }

  @Test
  @DisplayName("a cluster that fails is no concern of the others, and its failure names it")
  void failureOfOne() {
    clusters.get("b").refuse(TextSet.id("one"));
    commit("1");

    FleetOutcome outcome = fleet(f -> f).reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(outcome.in(State.WELL)).containsExactly("a", "c");
    assertThat(outcome.clusters().get("b").failure().orElseThrow().message())
        .startsWith("cluster b: ");
  }

  @Test
  @DisplayName("a cluster that hangs is given up at its limit; the others are told before")
  void hangs() {
    commit("1");
    CountDownLatch never = new CountDownLatch(1);
    Fleet<TextSet> fleet =
        fleet(
            f ->
                f.clusterLimit(Duration.ofSeconds(5)) // enough for those that do not hang
                    .each(
                        (name, target) -> {
                          if (name.equals("a")) {
                            target.gate(
                                (plan, context) -> {
                                  try {
                                    never.await();
                                  } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                  }
                                  context.checkActive(Stage.GATE);
                                  throw new IllegalStateException("it was not interrupted");
                                });
                          }
                        }));

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.in(State.FAILED)).containsExactly("a");
    assertThat(outcome.clusters().get("a").failure().orElseThrow().code())
        .isEqualTo("FLEET-CLUSTER-TIMED-OUT");
    assertThat(outcome.clusters().get("a").failure().orElseThrow().retryability())
        .isEqualTo(Retryability.RETRY);
    assertThat(outcome.clusters().get("a").failure().orElseThrow().message())
        .startsWith("cluster a: ");
    assertThat(told).last().isEqualTo("a FAILED");
    assertThat(told).containsExactlyInAnyOrder("b WELL", "c WELL", "a FAILED");
  }

  @Test
  @DisplayName("with one slot, a cluster that failed before has its turn after the others")
  void troubledGoesLast() {
    clusters.get("a").refuse(TextSet.id("one"));
    commit("1");
    List<String> begun = new CopyOnWriteArrayList<>();
    Fleet<TextSet> fleet =
        fleet(
            f ->
                f.workers(workers, 1)
                    .each(
                        (name, target) ->
                            target.listener(
                                new ReconcileListener() {
                                  @Override
                                  public void started(ReconcileEvent.Started event) {
                                    begun.add(name);
                                  }
                                })));

    fleet.reconcile();
    fleet.reconcile();

    assertThat(begun).containsExactly("a", "b", "c", "b", "c", "a");
  }

  @Test
  @DisplayName("a pass that is cancelled ends, and says so")
  void cancelled() throws Exception {
    commit("1");
    Fleet<TextSet> fleet =
        fleet(
            f ->
                f.wave(Wave.of("canary", "a").withSoak(Duration.ofHours(1)))
                    .wave(Wave.of("rest", "b", "c")));
    OperationContext context = OperationContext.create();
    CompletableFuture<FleetOutcome> running =
        CompletableFuture.supplyAsync(() -> fleet.reconcile(context), workers);
    await().until(() -> told.contains("a WELL"));

    context.cancel();

    assertThat(running.get().kind()).isEqualTo(Kind.FAILED);
    assertThat(running.get().failure().orElseThrow().code()).isEqualTo("OPERATION-CANCELLED");
    assertThat(running.get().in(State.WELL)).containsExactly("a");
  }

  @Test
  @DisplayName("a source that gives no revision is told once, and no cluster is touched")
  void noSource() {
    SourceProvider broken =
        new SourceProvider() {
          @Override
          public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
            throw new SourceException(
                "SOURCE-AUTHENTICATION-FAILED", Retryability.NEVER, "git", "no", "log in", null);
          }

          @Override
          public void close() {}
        };

    FleetOutcome outcome =
        Fleet.builder("shop", broken, renderer)
            .cluster("a", clusters.get("a"))
            .workers(workers, 1)
            .build()
            .reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
    assertThat(outcome.failure().orElseThrow().code()).isEqualTo("SOURCE-AUTHENTICATION-FAILED");
    assertThat(outcome.in(State.NOT_REACHED)).containsExactly("a");
  }

  @Test
  @DisplayName("an executor that takes no work is a failure of each cluster, with what to do")
  void noThreads() {
    commit("1");
    Fleet<TextSet> fleet = fleet(f -> f);
    workers.shutdown();

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.in(State.FAILED)).containsExactly("a", "b", "c");
    assertThat(outcome.clusters().get("a").failure().orElseThrow().code())
        .isEqualTo("FLEET-WORKERS-REFUSE");
  }

  @Test
  @DisplayName("a description that is wrong is refused with all that is wrong with it")
  void problems() {
    List<String> expected =
        new ArrayList<>(
            List.of(
                "cluster c is in no wave",
                "there is no cluster x",
                "cluster a is in a wave twice",
                "allowedFailures",
                "workers are missing"));

    assertThatThrownBy(
            () ->
                Fleet.builder("shop", source, renderer)
                    .cluster("a", clusters.get("a"))
                    .cluster("b", clusters.get("b"))
                    .cluster("c", clusters.get("c"))
                    .wave(Wave.of("one", "a", "x"))
                    .wave(Wave.of("two", "a", "b").withAllowedFailures(2))
                    .build())
        .isInstanceOf(ConfigurationException.class)
        .message()
        .contains(expected);
  }

  @Test
  @DisplayName(
      "a gate behind the last wave, which nothing would ask, is refused; an open one is not")
  void gateBehindTheLastWave() {
    WaveGate approval = (wave, revision, context) -> Optional.of("no approval");
    Wave last = Wave.of("production", "b", "c");

    assertThatThrownBy(
            () -> fleet(f -> f.wave(Wave.of("canary", "a")).wave(last.withGateBehind(approval))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("wave production is the last")
        .hasMessageContaining("the gate of a wave is asked before the next one");
    fleet(f -> f.wave(Wave.of("canary", "a")).wave(last.withGateBehind(WaveGate.open())));
  }
}
