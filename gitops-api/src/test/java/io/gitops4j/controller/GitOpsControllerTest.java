package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When a controller runs its targets, and when it does not. */
class GitOpsControllerTest extends ControllerHarness {
  @Test
  @DisplayName("every target runs at once, and again after its interval, not before")
  void runsAtIntervals() {
    source.commit("one", Map.of("a", "1"));
    started(target("one", new InMemoryDestination()), target("two", new InMemoryDestination()));
    assertThat(passes()).containsExactly("one APPLIED", "two APPLIED");
    events.forget();

    time.advance(INTERVAL.minusSeconds(1));
    assertThat(passes()).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(passes()).containsExactly("one IN_SYNC", "two IN_SYNC");
  }

  @Test
  @DisplayName("a new revision is applied at the next interval, or at once when somebody asks")
  void triggers() {
    InMemoryDestination to = new InMemoryDestination();
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller = started(target("shop", to));
    source.commit("two", Map.of("a", "2"));
    events.forget();

    controller.trigger(new TargetId("shop"));
    time.work();

    assertThat(passes()).containsExactly("shop APPLIED");
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

    assertThat(passes()).startsWith("shop APPLIED", "shop APPLIED");
    assertThat(to.live()).containsEntry(TextSet.id("a"), "2");
  }

  @Test
  @DisplayName("a suspended target runs nothing, whatever happens, and runs when it is resumed")
  void suspends() {
    source.commit("one", Map.of("a", "1"));
    TargetId shop = new TargetId("shop");
    GitOpsController controller = started(target("shop", new InMemoryDestination()));
    controller.suspend(shop);
    events.forget();

    controller.trigger(shop);
    time.advance(INTERVAL.multipliedBy(5));
    assertThat(passes()).isEmpty();
    assertThat(controller.status(shop).phase()).isEqualTo(TargetPhase.SUSPENDED);

    controller.resume(shop);
    time.work();
    assertThat(passes()).containsExactly("shop IN_SYNC");
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
  @DisplayName("fault 45: a clock on the wall that jumps an hour either way moves no pass")
  void clockJumps() {
    source.commit("one", Map.of("a", "1"));
    started(target("shop", new InMemoryDestination()));
    for (Duration jump : List.of(Duration.ofHours(1), Duration.ofHours(-2))) {
      events.forget();
      time.jump(jump);
      time.advance(INTERVAL.minusSeconds(1));
      assertThat(passes()).as("after a jump by %s", jump).isEmpty();
      time.advance(Duration.ofSeconds(1));
      assertThat(passes()).as("after a jump by %s", jump).containsExactly("shop IN_SYNC");
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
    events.forget();
    int wakes = time.wakes();

    time.advance(INTERVAL.multipliedBy(10));

    assertThat(passes()).hasSizeBetween(6 * count, 10 * count).allMatch(p -> p.endsWith("IN_SYNC"));
    assertThat(time.wakes() - wakes).isLessThanOrEqualTo(passes().size());
  }

  @Test
  @DisplayName("a plan that a gate holds is told, and asked about again at the next interval")
  void held() {
    source.commit("one", Map.of("a", "1"));
    Gate closed = (plan, context) -> GateDecision.held("it is Friday");
    builder.target(
        ScheduledTarget.of(described("shop", new InMemoryDestination()).gate(closed).build()));
    GitOpsController controller = started();

    assertThat(controller.status(new TargetId("shop")).message()).isEqualTo("it is Friday");
    time.advance(INTERVAL);
    assertThat(passes()).containsExactly("shop PLANNED", "shop PLANNED");
  }

  @Test
  @DisplayName("after it was stopped, nothing begins any more")
  void stops() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller = started(target("shop", new InMemoryDestination()));
    events.forget();

    assertThat(controller.stop(Duration.ofSeconds(1))).isTrue();
    controller.trigger(new TargetId("shop"));
    time.advance(INTERVAL.multipliedBy(3));

    assertThat(passes()).isEmpty();
  }
}
