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
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FleetTest {
  private final InMemorySource source = new InMemorySource();
  private final TextSet.TextRenderer renderer = new TextSet.TextRenderer();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Map<String, InMemoryDestination> clusters = new LinkedHashMap<>();
  private final List<String> told = new CopyOnWriteArrayList<>();

  FleetTest() {
    for (String name : List.of("a", "b", "c")) {
      clusters.put(name, new InMemoryDestination());
    }
  }

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  private Fleet<TextSet> fleet(UnaryOperator<FleetBuilder<TextSet>> more) {
    FleetBuilder<TextSet> builder = Fleet.builder("shop", source, renderer);
    clusters.forEach(builder::cluster);
    return more.apply(
            builder
                .workers(workers, 3)
                .checkEvery(Duration.ofMillis(20))
                .clusterLimit(Duration.ofSeconds(20))
                .listener(new Told()))
        .build();
  }

  private static FleetBuilder<TextSet> inWaves(FleetBuilder<TextSet> fleet) {
    return fleet.wave(Wave.of("canary", "a")).wave(Wave.of("rest", "b", "c"));
  }

  private Revision commit(String text) {
    return source.commit(text, Map.of("one", text));
  }

  private Map<String, String> live() {
    Map<String, String> live = new LinkedHashMap<>();
    clusters.forEach((name, c) -> live.put(name, c.live().getOrDefault(TextSet.id("one"), "-")));
    return live;
  }

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
                f.clusterLimit(Duration.ofMillis(500))
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
                f.wave(Wave.of("canary", "a").withGate((wave, revision, context) -> closed.get()))
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
  void superseded() throws Exception {
    commit("1");
    Fleet<TextSet> fleet =
        fleet(
            f ->
                f.wave(Wave.of("canary", "a").withSoak(Duration.ofMillis(500)))
                    .wave(Wave.of("rest", "b", "c")));
    CompletableFuture<FleetOutcome> running =
        CompletableFuture.supplyAsync(fleet::reconcile, workers);
    await().until(() -> told.contains("a WELL"));
    Revision second = commit("2");

    FleetOutcome outcome = running.get();

    assertThat(outcome.kind()).isEqualTo(Kind.COMPLETE);
    assertThat(outcome.revision()).contains(second);
    assertThat(told).startsWith("a WELL", "superseded", "a WELL", "proven canary");
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
                .wave(Wave.of("rest", "b", "c").withGate(WaveGate.open()));
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

  /** One line for everything that is told. */
  private final class Told implements FleetListener {
    @Override
    public void ended(FleetEvent.Ended event) {
      told.add(event.outcome().cluster() + " " + event.outcome().state());
    }

    @Override
    public void proven(FleetEvent.Proven event) {
      told.add("proven " + event.wave().name());
    }

    @Override
    public void stopped(FleetEvent.Stopped event) {
      told.add("stopped " + event.wave().name());
    }

    @Override
    public void held(FleetEvent.Held event) {
      told.add("held " + event.wave().name() + ": " + event.reason());
    }

    @Override
    public void superseded(FleetEvent.Superseded event) {
      told.add("superseded");
    }
  }
}
