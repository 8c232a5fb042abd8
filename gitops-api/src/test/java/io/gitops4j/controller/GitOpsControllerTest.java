package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GitOpsControllerTest {
  private static final Duration INTERVAL = Duration.ofMinutes(3);

  private final VirtualTime time = new VirtualTime();
  private final InMemorySource source = new InMemorySource();
  private final List<String> passes = new ArrayList<>();
  private final List<TargetEvent> told = new ArrayList<>();
  private final ControllerBuilder builder =
      GitOpsController.builder()
          .workers(time.workers(), 2)
          .timer(time)
          .ticker(time::nanos)
          .clock(time.wall())
          .jitter(0)
          .listener(new Recorder());

  private final class Recorder implements ReconcileListener {
    @Override
    public void finished(ReconcileEvent.Finished event) {
      passes.add(event.target() + " " + event.outcome().kind());
    }

    @Override
    public void retrying(TargetEvent.Retrying event) {
      told.add(event);
    }

    @Override
    public void waiting(TargetEvent.Waiting event) {
      told.add(event);
    }

    @Override
    public void quarantined(TargetEvent.Quarantined event) {
      told.add(event);
    }

    @Override
    public void released(TargetEvent.Released event) {
      told.add(event);
    }
  }

  private Reconciler<TextSet> reconciler(String name, InMemoryDestination to) {
    return GitOps.target(name)
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(to)
        .build();
  }

  private ScheduledTarget.Builder target(String name, InMemoryDestination to) {
    return ScheduledTarget.builder(reconciler(name, to)).interval(INTERVAL);
  }

  private GitOpsController started(ScheduledTarget.Builder... targets) {
    for (ScheduledTarget.Builder target : targets) {
      builder.target(target.build());
    }
    GitOpsController controller = builder.build();
    controller.start();
    time.work();
    return controller;
  }

  @Test
  @DisplayName("every target runs at once, and again after its interval, not before")
  void runsAtIntervals() {
    source.commit("one", Map.of("a", "1"));
    started(target("one", new InMemoryDestination()), target("two", new InMemoryDestination()));
    assertThat(passes).containsExactly("one APPLIED", "two APPLIED");
    passes.clear();

    time.advance(INTERVAL.minusSeconds(1));
    assertThat(passes).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(passes).containsExactly("one IN_SYNC", "two IN_SYNC");
  }

  @Test
  @DisplayName("a new revision is applied at the next interval, or at once when somebody asks")
  void triggers() {
    InMemoryDestination to = new InMemoryDestination();
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller = started(target("shop", to));
    source.commit("two", Map.of("a", "2"));
    passes.clear();

    controller.trigger(new TargetId("shop"));
    time.work();

    assertThat(passes).containsExactly("shop APPLIED");
    assertThat(to.live()).containsEntry(TextSet.id("a"), "2");
  }

  @Test
  @DisplayName("a trigger that comes while a pass runs is not lost: another pass follows")
  void triggerDuringPass() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController[] controller = new GitOpsController[1];
    builder.listener(
        new ReconcileListener() {
          @Override
          public void changed(ReconcileEvent.Changed event) {
            source.commit("two", Map.of("a", "2"));
            controller[0].trigger(event.target());
          }
        });
    InMemoryDestination to = new InMemoryDestination();
    builder.target(target("shop", to).build());
    controller[0] = builder.build();
    controller[0].start();
    time.work();

    assertThat(passes).startsWith("shop APPLIED", "shop APPLIED");
    assertThat(to.live()).containsEntry(TextSet.id("a"), "2");
  }

  @Test
  @DisplayName("a suspended target runs nothing, whatever happens, and runs when it is resumed")
  void suspends() {
    source.commit("one", Map.of("a", "1"));
    TargetId shop = new TargetId("shop");
    GitOpsController controller = started(target("shop", new InMemoryDestination()));
    controller.suspend(shop);
    passes.clear();

    controller.trigger(shop);
    time.advance(INTERVAL.multipliedBy(5));
    assertThat(passes).isEmpty();
    assertThat(controller.status(shop).phase()).isEqualTo(TargetPhase.SUSPENDED);

    controller.resume(shop);
    time.work();
    assertThat(passes).containsExactly("shop IN_SYNC");
  }

  @Test
  @DisplayName("a target runs after those it depends on, and says for whom it waits and why")
  void dependsOn() {
    InMemoryDestination network = new InMemoryDestination();
    InMemoryDestination shop = new InMemoryDestination();
    source.commit("one", Map.of("a", "1"));
    network.refuse(TextSet.id("a"));
    GitOpsController controller =
        started(target("shop", shop).dependsOn("network"), target("network", network));

    assertThat(passes).containsExactly("network INCOMPLETE");
    TargetStatus waiting = controller.status(new TargetId("shop"));
    assertThat(waiting.phase()).isEqualTo(TargetPhase.BLOCKED);
    assertThat(waiting.message())
        .contains("waits for network: its pass failed")
        .contains("it refuses to be written");
    assertThat(told)
        .filteredOn(TargetEvent.Waiting.class::isInstance)
        .extracting(TargetEvent::target)
        .containsOnly(new TargetId("shop"));

    network.allow(TextSet.id("a"));
    time.advance(Duration.ofSeconds(6));

    assertThat(passes).startsWith("network INCOMPLETE", "network APPLIED", "shop APPLIED");
  }

  @Test
  @DisplayName("targets that depend on each other in a circle are refused, and the circle printed")
  void circle() {
    builder
        .target(target("a", new InMemoryDestination()).dependsOn("b").build())
        .target(target("b", new InMemoryDestination()).dependsOn("c").build())
        .target(target("c", new InMemoryDestination()).dependsOn("b").build());

    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("b -> c -> b");
  }

  @Test
  @DisplayName("all problems of a controller are told at once")
  void problems() {
    assertThatThrownBy(
            () ->
                GitOpsController.builder()
                    .jitter(2)
                    .target(target("a", new InMemoryDestination()).dependsOn("x").build())
                    .build())
        .hasMessageContaining("workers are missing")
        .hasMessageContaining("timer is missing")
        .hasMessageContaining("jitter")
        .hasMessageContaining("a depends on x");
  }

  @Test
  @DisplayName("a revision that fails is tried again with growing waits, then left alone")
  void quarantines() {
    InMemoryDestination to = new InMemoryDestination();
    to.refuse(TextSet.id("a"));
    source.commit("bad", Map.of("a", "1"));
    TargetId shop = new TargetId("shop");
    GitOpsController controller =
        started(
            target("shop", to)
                .retry(new RetryPolicy(2, Duration.ofSeconds(5), 2, Duration.ofMinutes(1))));
    time.advance(Duration.ofSeconds(5));
    time.advance(Duration.ofSeconds(10));
    assertThat(passes).hasSize(3);

    time.advance(Duration.ofHours(5));

    assertThat(passes).hasSize(3);
    TargetStatus status = controller.status(shop);
    assertThat(status.failed()).isEqualTo(3);
    assertThat(status.quarantine()).isPresent();
    assertThat(told).last().isInstanceOf(TargetEvent.Quarantined.class);
    assertThat(status.next()).isEmpty();
  }

  @Test
  @DisplayName("a webhook does not try a quarantined revision again, somebody who asks does")
  void liftsQuarantine() {
    InMemoryDestination to = new InMemoryDestination();
    to.refuse(TextSet.id("a"));
    source.commit("bad", Map.of("a", "1"));
    RetryPolicy once = new RetryPolicy(0, Duration.ofSeconds(5), 2, Duration.ofMinutes(1));
    builder.target(
        ScheduledTarget.builder(
                GitOps.target("shop")
                    .source(new Addressed(source, "https://git.example.com/shop.git"))
                    .renderer(new TextSet.TextRenderer())
                    .destination(to)
                    .build())
            .retry(once)
            .build());
    GitOpsController controller = started();
    passes.clear();

    assertThat(controller.triggerRepository("git@git.example.com:shop")).isEqualTo(1);
    time.work();
    assertThat(passes).isEmpty();

    to.allow(TextSet.id("a"));
    controller.trigger(new TargetId("shop"));
    time.work();
    assertThat(passes).containsExactly("shop APPLIED");
    assertThat(controller.status(new TargetId("shop")).quarantine()).isEmpty();
  }

  @Test
  @DisplayName("a newer revision ends quarantine at the next look, and a wait before its end")
  void newerRevisionPreempts() {
    InMemoryDestination to = new InMemoryDestination();
    to.refuse(TextSet.id("a"));
    source.commit("bad", Map.of("a", "1"));
    RetryPolicy slow = new RetryPolicy(1, Duration.ofHours(1), 1, Duration.ofHours(1));
    GitOpsController controller = started(target("shop", to).retry(slow));
    passes.clear();

    to.allow(TextSet.id("a"));
    source.commit("good", Map.of("b", "1"));
    time.advance(INTERVAL);
    assertThat(passes).containsExactly("shop APPLIED");

    to.refuse(TextSet.id("a"));
    source.commit("bad again", Map.of("a", "1"));
    time.advance(INTERVAL);
    time.advance(Duration.ofHours(1));
    assertThat(controller.status(new TargetId("shop")).quarantine()).isPresent();
    passes.clear();
    to.allow(TextSet.id("a"));
    source.commit("good again", Map.of("c", "1"));
    time.advance(INTERVAL);
    assertThat(passes).contains("shop APPLIED");
    assertThat(told).last().isInstanceOf(TargetEvent.Released.class);
  }

  @Test
  @DisplayName("a source that does not answer is asked again without end, nothing is quarantined")
  void unreachable() {
    boolean[] down = {true};
    SourceProvider broken =
        new SourceProvider() {
          @Override
          public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
            if (down[0]) {
              throw new SourceException(
                  "DOWN", Retryability.RETRY_ON_CHANGE, "git", "it is down", "wait", null);
            }
            return source.fetch(lastSeen, context);
          }

          @Override
          public void close() {}
        };
    source.commit("one", Map.of("a", "1"));
    builder.target(
        ScheduledTarget.of(
            GitOps.target("shop")
                .source(broken)
                .renderer(new TextSet.TextRenderer())
                .destination(new InMemoryDestination())
                .build()));
    GitOpsController controller = started();
    time.advance(Duration.ofHours(2));
    assertThat(controller.status(new TargetId("shop")).quarantine()).isEmpty();
    down[0] = false;
    passes.clear();

    time.advance(Duration.ofMinutes(5));

    assertThat(passes).startsWith("shop APPLIED");
  }

  @Test
  @DisplayName("fault 45: a clock on the wall that jumps an hour either way moves no pass")
  void clockJumps() {
    source.commit("one", Map.of("a", "1"));
    started(target("shop", new InMemoryDestination()));
    for (Duration jump : List.of(Duration.ofHours(1), Duration.ofHours(-2))) {
      passes.clear();
      time.jump(jump);
      time.advance(INTERVAL.minusSeconds(1));
      assertThat(passes).as("after a jump by %s", jump).isEmpty();
      time.advance(Duration.ofSeconds(1));
      assertThat(passes).as("after a jump by %s", jump).containsExactly("shop IN_SYNC");
    }
  }

  @Test
  @DisplayName("1,000 targets: one wake and one pass for each per interval, no more")
  void idle() {
    source.commit("one", Map.of("a", "1"));
    int count = 1000;
    InMemoryDestination[] to = new InMemoryDestination[count];
    for (int i = 0; i < count; i++) {
      to[i] = new InMemoryDestination();
      builder.target(target("t" + i, to[i]).build());
    }
    builder.jitter(0.5);
    started();
    time.advance(INTERVAL.multipliedBy(2));
    passes.clear();
    int wakes = time.wakes();

    time.advance(INTERVAL.multipliedBy(10));

    assertThat(passes).hasSizeBetween(6 * count, 10 * count).allMatch(p -> p.endsWith("IN_SYNC"));
    assertThat(time.wakes() - wakes).isLessThanOrEqualTo(passes.size());
  }

  @Test
  @DisplayName("drift is corrected at once the first time, then with growing waits")
  void healsWithBackoff() {
    InMemoryDestination to = new InMemoryDestination();
    source.commit("one", Map.of("a", "1"));
    List<Long> healed = new ArrayList<>();
    builder.listener(
        new ReconcileListener() {
          @Override
          public void finished(ReconcileEvent.Finished event) {
            if (event.outcome().kind() == Kind.APPLIED) {
              healed.add(time.nanos() / 1_000_000_000);
            }
          }
        });
    GitOpsController controller = started(target("shop", to).interval(Duration.ofSeconds(1)));
    healed.clear();
    time.advance(Duration.ofSeconds(10));
    for (int i = 0; i < 40; i++) {
      synchronized (to) {
        to.live().put(TextSet.id("a"), "foreign " + i);
      }
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(healed).hasSize(3);
    assertThat(healed.get(1) - healed.get(0)).isBetween(2L, 3L);
    assertThat(healed.get(2) - healed.get(1)).isBetween(6L, 7L);
    assertThat(controller.status(new TargetId("shop")).message())
        .contains("overwrite each other in text");
  }

  @Test
  @DisplayName("a plan that a gate holds is told, and asked about again at the next interval")
  void held() {
    source.commit("one", Map.of("a", "1"));
    Gate closed = (plan, context) -> GateDecision.held("it is Friday");
    builder.target(
        ScheduledTarget.of(
            GitOps.target("shop")
                .source(source)
                .renderer(new TextSet.TextRenderer())
                .destination(new InMemoryDestination())
                .gate(closed)
                .build()));
    GitOpsController controller = started();

    assertThat(controller.status(new TargetId("shop")).message()).isEqualTo("it is Friday");
    time.advance(INTERVAL);
    assertThat(passes).containsExactly("shop PLANNED", "shop PLANNED");
  }

  @Test
  @DisplayName("who depends on a target waits while a gate holds a part of its plan")
  void heldInPart() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    boolean[] closed = {true};
    Gate partly =
        (plan, context) ->
            closed[0]
                ? GateDecision.held(Set.of(TextSet.id("b")), "b waits for the night")
                : GateDecision.allowed();
    InMemoryDestination network = new InMemoryDestination();
    InMemoryDestination shop = new InMemoryDestination();
    GitOpsController controller =
        started(
            ScheduledTarget.builder(
                    GitOps.target("network")
                        .source(source)
                        .renderer(new TextSet.TextRenderer())
                        .destination(network)
                        .gate(partly)
                        .build())
                .interval(INTERVAL),
            target("shop", shop).dependsOn("network"));

    assertThat(passes).containsExactly("network APPLIED");
    assertThat(network.live()).containsOnlyKeys(TextSet.id("a"));
    assertThat(controller.status(new TargetId("network")).message())
        .isEqualTo("b waits for the night");
    assertThat(controller.status(new TargetId("shop")).message())
        .contains("waits for network: it has not applied");

    closed[0] = false;
    time.advance(INTERVAL);

    assertThat(passes).startsWith("network APPLIED", "network APPLIED", "shop APPLIED");
  }

  @Test
  @DisplayName("after it was stopped, nothing begins any more")
  void stops() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller = started(target("shop", new InMemoryDestination()));
    passes.clear();

    assertThat(controller.stop(Duration.ofSeconds(1))).isTrue();
    controller.trigger(new TargetId("shop"));
    time.advance(INTERVAL.multipliedBy(3));

    assertThat(passes).isEmpty();
  }

  @Test
  @DisplayName("what a target gives flows on: when it changed, those that depend on it render anew")
  void outputsFlowOn() {
    InMemoryDestination network = new InMemoryDestination();
    InMemoryDestination shop = new InMemoryDestination();
    InMemorySource infrastructure = new InMemorySource();
    infrastructure.commit("one", Map.of("size", "16"));
    source.commit("one", Map.of("a", "1"));
    Renderer<TextSet> withSize =
        new Renderer<>() {
          @Override
          public Class<TextSet> desiredType() {
            return TextSet.class;
          }

          private String size() {
            return network.live().get(TextSet.id("size"));
          }

          @Override
          public Optional<Digest> inputs(OperationContext context) {
            return Optional.of(Digest.sha256(size()));
          }

          @Override
          public TextSet render(Snapshot snapshot, OperationContext context) {
            return new TextSet(
                snapshot.revision(), new TreeMap<>(Map.of(TextSet.id("network"), size())));
          }
        };
    GitOpsController controller =
        started(
            ScheduledTarget.builder(
                    GitOps.target("shop")
                        .source(source)
                        .renderer(withSize)
                        .destination(shop)
                        .build())
                .dependsOn("network"),
            ScheduledTarget.builder(
                GitOps.target("network")
                    .source(infrastructure)
                    .renderer(new TextSet.TextRenderer())
                    .destination(network)
                    .build()));
    assertThat(shop.live()).containsEntry(TextSet.id("network"), "16");

    infrastructure.commit("two", Map.of("size", "32"));
    controller.trigger(new TargetId("network"));
    time.work();

    assertThat(shop.live()).containsEntry(TextSet.id("network"), "32");
  }
}
