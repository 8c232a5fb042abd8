package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.controller.GitOpsController;
import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.TargetId;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long a fleet under a controller waits for a cluster. */
class ScheduledLimitsTest {
  private final InMemorySource source = new InMemorySource();
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final InMemoryDestination rest = new InMemoryDestination();

  @BeforeEach
  void commit() {
    source.commit("1", Map.of("one", "1"));
  }

  @AfterEach
  void stop() {
    workers.shutdownNow();
    timer.shutdownNow();
  }

  private GitOpsController controller(ScheduledFleet<TextSet> of, int atOnce) {
    return GitOpsController.builder().targets(of).workers(workers, atOnce).timer(timer).build();
  }

  @Test
  @DisplayName("a cluster that waits for the worker of a slow one is not given up with it")
  void waitsForAWorker() {
    CountDownLatch slow = new CountDownLatch(1);
    ScheduledFleet<TextSet> together =
        timed(
            Wave.of("all", "canary", "rest").withAllowedFailures(1),
            (plan, context) -> {
              await().until(() -> slow.getCount() == 0);
              return GateDecision.allowed();
            });
    GitOpsController busy = controller(together, 1);

    busy.start();

    try {
      await().until(() -> together.standing().in(State.FAILED).contains("canary"));
      assertThat(together.standing().in(State.UNDER_WAY)).containsExactly("rest");
      slow.countDown();
      await().until(() -> together.standing().kind() == FleetOutcome.Kind.COMPLETE);
    } finally {
      slow.countDown();
      busy.stop(Duration.ofSeconds(5));
    }
  }

  @Test
  @DisplayName("a suspended cluster has failed once its limit is over, and goes on when resumed")
  void suspended() {
    ScheduledFleet<TextSet> with =
        timed(Wave.of("all", "canary", "rest"), (plan, context) -> GateDecision.allowed());
    GitOpsController suspends = controller(with, 2);
    suspends.suspend(new TargetId("shop/rest"));

    suspends.start();

    try {
      await().until(() -> with.standing().in(State.FAILED).contains("rest"));
      assertThat(with.standing().clusters().get("rest").message())
          .contains("it could not run within PT1S");
      assertThat(rest.live()).isEmpty();
      suspends.resume(new TargetId("shop/rest"));
      await().until(() -> with.standing().kind() == FleetOutcome.Kind.COMPLETE);
    } finally {
      suspends.stop(Duration.ofSeconds(5));
    }
  }

  /** The rollout has little time, passes have all of it; the canary has a gate. */
  private ScheduledFleet<TextSet> timed(Wave wave, Gate ofCanary) {
    return Fleet.builder("shop", source, new TextSet.TextRenderer())
        .cluster("canary", new InMemoryDestination())
        .cluster("rest", rest)
        .wave(wave)
        .clusterLimit(Duration.ofSeconds(1))
        .checkEvery(Duration.ofMillis(50))
        .each(
            (cluster, target) -> {
              if (cluster.equals("canary")) {
                target.gate(ofCanary);
              }
            })
        .scheduled(
            (cluster, target) ->
                target.interval(Duration.ofHours(1)).passLimit(Duration.ofMinutes(5)));
  }
}
