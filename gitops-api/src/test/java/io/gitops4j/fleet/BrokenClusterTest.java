package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.controller.GitOpsController;
import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A cluster of a fleet under a controller whose gate has a defect. */
class BrokenClusterTest {
  private final InMemorySource source = new InMemorySource();
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    workers.shutdownNow();
    timer.shutdownNow();
  }

  @Test
  @DisplayName("a defect in the pass of a cluster stops its wave at once, and is the reason")
  void stopsItsWave() {
    source.commit("1", Map.of("one", "1"));
    ScheduledFleet<TextSet> fleet =
        Fleet.builder("shop", source, new TextSet.TextRenderer())
            .cluster("canary", new InMemoryDestination())
            .cluster("rest", new InMemoryDestination())
            .wave(Wave.of("first", "canary"))
            .wave(Wave.of("second", "rest"))
            .each(
                (cluster, target) ->
                    target.gate(
                        (plan, context) -> {
                          throw new NullPointerException("the gate has a defect");
                        }))
            .scheduled((cluster, target) -> target.interval(Duration.ofHours(1)));
    GitOpsController controller =
        GitOpsController.builder().targets(fleet).workers(workers, 2).timer(timer).build();
    controller.start();
    try {
      await().until(() -> fleet.standing().kind() == FleetOutcome.Kind.STOPPED);
    } finally {
      controller.stop(Duration.ofSeconds(5));
    }

    ClusterOutcome canary = fleet.standing().clusters().get("canary");
    assertThat(canary.state()).isEqualTo(State.FAILED);
    assertThat(canary.message()).contains("NullPointerException: the gate has a defect");
  }
}
