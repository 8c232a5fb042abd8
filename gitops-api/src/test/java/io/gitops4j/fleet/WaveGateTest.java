package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.controller.GitOpsController;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A gate between two waves, under a controller. */
class WaveGateTest {
  private final InMemorySource source = new InMemorySource();
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    workers.shutdownNow();
    timer.shutdownNow();
  }

  private ScheduledFleet<TextSet> fleet(WaveGate gate, FleetListener listener) {
    return Fleet.builder("shop", source, new TextSet.TextRenderer())
        .cluster("canary", new InMemoryDestination())
        .cluster("rest", new InMemoryDestination())
        .wave(Wave.of("first", "canary").withGateBehind(gate))
        .wave(Wave.of("second", "rest"))
        .checkEvery(Duration.ofMillis(50))
        .listener(listener)
        .scheduled((cluster, target) -> target.interval(Duration.ofHours(1)));
  }

  private GitOpsController started(ScheduledFleet<TextSet> fleet) {
    source.commit("1", Map.of("one", "1"));
    GitOpsController controller =
        GitOpsController.builder().targets(fleet).workers(workers, 2).timer(timer).build();
    controller.start();
    return controller;
  }

  @Test
  @DisplayName("while a gate behind a wave takes its time, the timer wakes others")
  void gateTakesItsTime() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch answer = new CountDownLatch(1);
    WaveGate slow =
        (wave, revision, context) -> {
          if (asked.incrementAndGet() == 1) {
            return Optional.of("no approval");
          }
          try {
            answer.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Optional.empty();
        };
    ScheduledFleet<TextSet> gated = fleet(slow, new FleetListener() {});
    GitOpsController controller = started(gated);
    try {
      await().until(() -> asked.get() == 2);

      timer.submit(() -> {}).get(60, TimeUnit.SECONDS);

      answer.countDown();
      await().until(() -> gated.standing().kind() == FleetOutcome.Kind.COMPLETE);
    } finally {
      controller.stop(Duration.ofSeconds(5));
    }
  }

  @Test
  @DisplayName("a gate that throws an error is closed, and asked again")
  void gateThrows() {
    AtomicInteger asked = new AtomicInteger();
    WaveGate broken =
        (wave, revision, context) -> {
          if (asked.incrementAndGet() == 1) {
            throw new NoSuchMethodError("approvals");
          }
          return Optional.empty();
        };
    List<String> told = new CopyOnWriteArrayList<>();
    ScheduledFleet<TextSet> gated =
        fleet(
            broken,
            new FleetListener() {
              @Override
              public void held(FleetEvent.Held event) {
                told.add(event.reason());
              }
            });
    GitOpsController controller = started(gated);
    try {
      await().until(() -> gated.standing().kind() == FleetOutcome.Kind.COMPLETE);
    } finally {
      controller.stop(Duration.ofSeconds(5));
    }
    assertThat(told).singleElement().asString().contains("its gate failed", "approvals");
  }

  @Test
  @DisplayName("a listener of a fleet that throws an error changes nothing")
  void listenerThrows() {
    AtomicInteger thrown = new AtomicInteger();
    ScheduledFleet<TextSet> heard =
        fleet(
            WaveGate.open(),
            new FleetListener() {
              @Override
              public void ended(FleetEvent.Ended event) {
                thrown.incrementAndGet();
                throw new AssertionError("the listener is broken");
              }
            });
    GitOpsController controller = started(heard);
    try {
      await().until(() -> heard.standing().kind() == FleetOutcome.Kind.COMPLETE);
      await().until(() -> thrown.get() > 0);
    } finally {
      controller.stop(Duration.ofSeconds(5));
    }
  }

  @Test
  @DisplayName("a gate that stays closed is told of once, and again for another reason")
  void gateStaysClosed() {
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<String> reason = new AtomicReference<>("no approval");
    List<String> told = new CopyOnWriteArrayList<>();
    WaveGate closed =
        (wave, revision, context) -> {
          asked.incrementAndGet();
          return Optional.of(reason.get());
        };
    ScheduledFleet<TextSet> gated =
        fleet(
            closed,
            new FleetListener() {
              @Override
              public void held(FleetEvent.Held event) {
                told.add(event.reason());
              }
            });
    GitOpsController controller = started(gated);
    try {
      await().until(() -> asked.get() > 3);
      assertThat(told).containsExactly("no approval");
      reason.set("too many errors");
      await().until(() -> told.size() > 1);
    } finally {
      controller.stop(Duration.ofSeconds(5));
    }
    assertThat(told).containsExactly("no approval", "too many errors");
  }
}
