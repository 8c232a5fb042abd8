package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.Leadership;
import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Permit;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ScheduledFleetTest {
  private final InMemorySource source = new InMemorySource();
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final InMemoryDestination canary = new InMemoryDestination();
  private final InMemoryDestination rest = new InMemoryDestination();
  private final ScheduledFleet<TextSet> fleet = fleet();
  private final GitOpsController controller = controller(fleet);

  private ScheduledFleet<TextSet> fleet() {
    return Fleet.builder("shop", source, new TextSet.TextRenderer())
        .cluster("canary", canary)
        .cluster("rest", rest)
        .wave(Wave.of("first", "canary").withSoak(Duration.ofMillis(200)))
        .wave(Wave.of("second", "rest"))
        .checkEvery(Duration.ofMillis(50))
        .scheduled((cluster, target) -> target.interval(Duration.ofHours(1)));
  }

  private GitOpsController controller(ScheduledFleet<TextSet> of) {
    return GitOpsController.builder().targets(of).workers(workers, 2).timer(timer).build();
  }

  @AfterEach
  void stop() {
    controller.stop(Duration.ofSeconds(5));
    workers.shutdownNow();
    timer.shutdownNow();
  }

  private void commit(String text) {
    source.commit(text, Map.of("one", text));
  }

  private void hook() {
    controller.trigger(new TargetId("shop/canary"));
    controller.trigger(new TargetId("shop/rest"));
  }

  private static String live(InMemoryDestination cluster) {
    return cluster.live().getOrDefault(TextSet.id("one"), "-");
  }

  private void awaitComplete() {
    await().until(() -> fleet.standing().kind() == FleetOutcome.Kind.COMPLETE);
  }

  @Test
  @DisplayName(
      "a revision goes through the waves by itself, also where nothing wakes the later one")
  void goesThrough() {
    commit("1");

    controller.start();

    awaitComplete();
    assertThat(live(canary)).isEqualTo("1");
    assertThat(live(rest)).isEqualTo("1");
    assertThat(rest.writes()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "while the first wave is broken by a newer revision, the second is healed at its own")
  void healsItsOwn() {
    commit("1");
    controller.start();
    awaitComplete();
    canary.refuse(TextSet.id("one"));
    commit("2");
    hook();
    await().until(() -> fleet.standing().in(State.FAILED).contains("canary"));
    rest.live().put(TextSet.id("one"), "drifted");

    hook();

    await().until(() -> live(rest).equals("1"));
    assertThat(fleet.standing().kind()).isEqualTo(FleetOutcome.Kind.STOPPED);
    assertThat(fleet.standing().clusters().get("rest").message())
        .startsWith("waits for wave first (canary: ");
    canary.allow(TextSet.id("one"));
    controller.trigger(new TargetId("shop/canary"));
    awaitComplete();
    assertThat(live(rest)).isEqualTo("2");
  }

  @Test
  @DisplayName("after a restart a later wave is healed at what it had, though the first is broken")
  void healsAfterARestart() {
    commit("1");
    controller.start();
    awaitComplete();
    controller.stop(Duration.ofSeconds(5));
    canary.refuse(TextSet.id("one"));
    commit("2");
    rest.live().put(TextSet.id("one"), "drifted");
    ScheduledFleet<TextSet> second = fleet();
    GitOpsController again = controller(second);

    again.start();

    try {
      await().until(() -> second.standing().in(State.FAILED).contains("canary"));
      await().until(() -> live(rest).equals("1"));
    } finally {
      again.stop(Duration.ofSeconds(5));
    }
    assertThat(live(rest)).isEqualTo("1");
  }

  @Test
  @DisplayName("a cluster that is new in a later wave gets nothing that is not proven")
  void newCluster() {
    canary.refuse(TextSet.id("one"));
    commit("1");

    controller.start();

    await().until(() -> fleet.standing().in(State.FAILED).contains("canary"));
    await()
        .until(
            () ->
                controller
                    .status(new TargetId("shop/rest"))
                    .message()
                    .startsWith("waits for wave first"));
    assertThat(live(rest)).isEqualTo("-");
  }

  @Test
  @DisplayName("all targets of a fleet stay on one replica, which forgets what it loses")
  void replicas() {
    commit("1");
    Office office = new Office();
    ScheduledFleet<TextSet> led = fleet();
    GitOpsController replica =
        GitOpsController.builder()
            .targets(led)
            .workers(workers, 2)
            .timer(timer)
            .leadership(office)
            .build();

    replica.start();

    try {
      await().until(() -> led.standing().kind() == FleetOutcome.Kind.COMPLETE);
      assertThat(office.groups.values()).hasSize(2).containsOnly("shop/canary");
      office.holds = false;
      office.changed.run();
      await().until(() -> led.standing().in(State.NOT_REACHED).size() == 2);
      commit("2");
      office.holds = true;
      office.changed.run();
      replica.trigger(new TargetId("shop/canary"));
      await().until(() -> live(rest).equals("2"));
    } finally {
      replica.stop(Duration.ofSeconds(5));
    }
  }

  /** Of a single replica, which may lose it. */
  private static final class Office implements Leadership {
    private final Map<TargetId, String> groups = new ConcurrentHashMap<>();
    private volatile Runnable changed = () -> {};
    private volatile boolean holds = true;

    @Override
    public void start(Map<TargetId, String> all, Runnable onChange) {
      groups.putAll(all);
      changed = onChange;
      onChange.run();
    }

    @Override
    public Optional<Permit> permit(TargetId target) {
      return holds ? Optional.of(new Term()) : Optional.empty();
    }

    @Override
    public void stop(Set<TargetId> busy) {
      holds = false;
    }

    private record Term() implements Permit {
      @Override
      public Duration remaining() {
        return Duration.ofMinutes(1);
      }

      @Override
      public String token() {
        return "term";
      }
    }
  }
}
