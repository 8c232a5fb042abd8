package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.error.Failure;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FleetPassTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination cluster = new InMemoryDestination();
  private final ExecutorService workers = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  private void commit(String text) {
    source.commit(text, Map.of("one", text));
  }

  private Fleet<TextSet> gated(Gate gate) {
    return Fleet.builder("shop", source, new TextSet.TextRenderer())
        .cluster("a", cluster)
        .workers(workers, 1)
        .each((name, target) -> target.gate(gate))
        .build();
  }

  @Test
  @DisplayName("a pass that a newer revision ended is not tried again: the newer has its own")
  void supersededPass() {
    commit("1");
    AtomicInteger asked = new AtomicInteger();
    List<Boolean> superseded = new CopyOnWriteArrayList<>();
    Fleet<TextSet> fleet =
        Fleet.builder("shop", source, new TextSet.TextRenderer())
            .cluster("a", cluster)
            .workers(workers, 1)
            .checkEvery(Duration.ofMillis(20))
            .each(
                (name, target) ->
                    target
                        .retry(new RetryPolicy(3, Duration.ofMillis(10), 1, Duration.ofMillis(10)))
                        .gate(
                            (plan, context) -> {
                              if (asked.getAndIncrement() == 0) {
                                commit("2");
                                await().until(context::superseded);
                                throw new OperationCancelledException(Stage.APPLY, "newer");
                              }
                              superseded.add(context.superseded());
                              return GateDecision.allowed();
                            }))
            .build();

    FleetOutcome outcome = fleet.reconcile();

    assertThat(outcome.kind()).isEqualTo(FleetOutcome.Kind.COMPLETE);
    assertThat(cluster.live()).containsEntry(TextSet.id("one"), "2");
    assertThat(superseded).isNotEmpty().containsOnly(false);
  }

  @Test
  @DisplayName("a defect in the pass of a cluster is told of the stage that it is in")
  void tellsTheStageOfADefect() {
    commit("1");
    Fleet<TextSet> fleet =
        gated(
            (plan, context) -> {
              throw new NullPointerException("the gate has a defect");
            });

    Failure failure = fleet.reconcile().clusters().get("a").failure().orElseThrow();

    assertThat(failure.code()).isEqualTo("PASS-BROKEN");
    assertThat(failure.stage()).isEqualTo(Stage.GATE);
  }

  private record Renewed(Duration remaining, String token) implements Permit {}

  @Test
  @DisplayName("a cluster has its own limit, however short the right to write is that is renewed")
  void renewedPermit() {
    commit("1");
    Fleet<TextSet> fleet =
        gated(
            (plan, context) -> {
              context.pause(Duration.ofMillis(500), Stage.GATE);
              return GateDecision.allowed();
            });

    FleetOutcome outcome =
        fleet.reconcile(
            OperationContext.create().withPermit(new Renewed(Duration.ofMillis(250), "lease")));

    assertThat(outcome.kind()).isEqualTo(FleetOutcome.Kind.COMPLETE);
  }
}
