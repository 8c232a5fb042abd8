package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.Leadership;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import io.gitops4j.reconcile.AutoRollback;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Rollback;
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
import java.util.concurrent.atomic.AtomicBoolean;
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
    return scheduled(description(Wave.of("first", "canary").withSoak(Duration.ofMillis(200))));
  }

  private FleetBuilder<TextSet> description(Wave first) {
    return Fleet.builder("shop", source, new TextSet.TextRenderer())
        .cluster("canary", canary)
        .cluster("rest", rest)
        .wave(first)
        .wave(Wave.of("second", "rest"))
        .checkEvery(Duration.ofMillis(50));
  }

  private static ScheduledFleet<TextSet> scheduled(FleetBuilder<TextSet> description) {
    return description.scheduled((cluster, target) -> target.interval(Duration.ofHours(1)));
  }

  private GitOpsController controller(ScheduledFleet<TextSet> of) {
    return GitOpsController.builder().targets(of).workers(workers, 2).timer(timer).build();
  }

  private GitOpsController replica(ScheduledFleet<TextSet> of, Office office) {
    return GitOpsController.builder()
        .targets(of)
        .workers(workers, 2)
        .timer(timer)
        .leadership(office)
        .build();
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
  @DisplayName("its targets tell their names, and each cluster can be planned alone")
  void tellsItsParts() {
    commit("1");

    assertThat(fleet.targets())
        .extracting(ScheduledTarget::target)
        .containsExactly(new TargetId("shop/canary"), new TargetId("shop/rest"));
    assertThat(fleet.clusters().get("rest").target()).isEqualTo(new TargetId("shop/rest"));
    assertThat(fleet.clusters().get("rest").plan(OperationContext.create()).kind())
        .isEqualTo(ReconcileOutcome.Kind.PLANNED);
  }

  @Test
  @DisplayName("a look at a cluster says nothing of how it stands to the revision")
  void looksSayNothing() {
    commit("1");
    controller.start();
    awaitComplete();
    rest.live().put(TextSet.id("one"), "drifted");

    ReconcileOutcome look = fleet.clusters().get("rest").plan(OperationContext.create());

    assertThat(look.kind()).isEqualTo(ReconcileOutcome.Kind.PLANNED);
    assertThat(fleet.standing().in(State.HELD)).isEmpty();
    assertThat(fleet.standing().kind()).isEqualTo(FleetOutcome.Kind.COMPLETE);
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
    GitOpsController replica = replica(led, office);

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

  @Test
  @DisplayName("what was learned of a cluster while another replica had it is learned anew")
  void learnsAnew() {
    source.commit("1", Map.of("one", "1"));
    Office office = new Office();
    ScheduledFleet<TextSet> led = fleet();
    GitOpsController replica = replica(led, office);
    replica.start();
    try {
      await().until(() -> led.standing().kind() == FleetOutcome.Kind.COMPLETE);
      office.holds = false;
      office.changed.run();
      replica.rollback(
          new TargetId("shop/rest"),
          Rollback.to(led.standing().revision().orElseThrow(), "somebody", "it is slow")
              .until(Pin.Until.MOVED_ON),
          OperationContext.create());
      commit("2");
      controller.start();
      await().until(() -> live(rest).equals("2"));
      controller.stop(Duration.ofSeconds(5));
      canary.refuse(TextSet.id("one"));
      commit("3");
      rest.live().put(TextSet.id("one"), "drifted");

      office.holds = true;
      office.changed.run();

      await().until(() -> !live(rest).equals("drifted"));
      assertThat(live(rest)).isEqualTo("2");
    } finally {
      replica.stop(Duration.ofSeconds(5));
    }
  }

  @Test
  @DisplayName("after a restart a cluster that went back from a revision leaves it alone")
  void staysBackAfterARestart() {
    commit("1");
    ScheduledFleet<TextSet> before = scheduled(goesBack(Wave.of("first", "canary")));
    GitOpsController first = controller(before);
    first.start();
    await().until(() -> before.standing().kind() == FleetOutcome.Kind.COMPLETE);
    rest.ail("2", new Health(HealthStatus.DEGRADED, "container main waits"));
    commit("2");
    first.trigger(new TargetId("shop/canary"));
    await().until(() -> before.standing().in(State.HELD).contains("rest"));
    // It is held as soon as it is pinned; only the next pass goes back.
    await().until(() -> live(rest).equals("1"));
    first.stop(Duration.ofSeconds(5));
    Pin pin = pinOfRest().orElseThrow();
    int writes = rest.writes();
    AtomicBoolean seen = new AtomicBoolean();
    Wave canaryAfterRest =
        Wave.of("first", "canary")
            .withGateBehind(
                (wave, revision, context) ->
                    seen.get() ? Optional.empty() : Optional.of("rest had no pass yet"));
    ScheduledFleet<TextSet> after =
        scheduled(
            goesBack(canaryAfterRest)
                .each(
                    (cluster, target) -> {
                      target.autoRollback(AutoRollback.within(Duration.ofMinutes(5)));
                      if (cluster.equals("rest")) {
                        target.listener(
                            new ReconcileListener() {
                              @Override
                              public void finished(ReconcileEvent.Finished event) {
                                seen.set(true);
                              }
                            });
                      }
                    }));
    GitOpsController again = controller(after);

    again.start();

    try {
      await().until(() -> after.standing().in(State.HELD).contains("rest"));
    } finally {
      again.stop(Duration.ofSeconds(5));
    }
    assertThat(pinOfRest()).contains(pin);
    assertThat(rest.writes()).isEqualTo(writes);
  }

  private FleetBuilder<TextSet> goesBack(Wave first) {
    return description(first)
        .each((cluster, target) -> target.autoRollback(AutoRollback.within(Duration.ofMinutes(5))));
  }

  private Optional<Pin> pinOfRest() {
    return rest.pins().load(new TargetId("shop/rest"), OperationContext.create());
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
