package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.TargetBuilder;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.AutoRollback;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ControllerRollbackTest extends ControllerHarness {
  private static final TargetId SHOP = new TargetId("shop");

  private final InMemoryDestination destination = new InMemoryDestination();

  @Test
  @DisplayName(
      "a rollback is done at once, stays while automation goes on, and ends with a release")
  void goesBack() {
    Revision first = source.commit("one", Map.of("a", "1"));
    GitOpsController controller = started(target("shop", destination));
    source.commit("two", Map.of("a", "2"));
    controller.trigger(SHOP);
    time.work();

    Pin pin = controller.rollback(SHOP, toOldest(), context());
    time.work();

    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
    assertThat(controller.status(SHOP).pin()).contains(pin);
    assertThat(controller.status(SHOP).revision().orElseThrow().sameState(first)).isTrue();
    source.commit("three", Map.of("a", "3"));
    events.forget();
    controller.triggerRepository("https://git.example.com/shop");
    time.advance(INTERVAL.multipliedBy(3));
    assertThat(passes()).hasSizeBetween(3, 4).containsOnly("shop IN_SYNC");

    assertThat(controller.release(SHOP, context())).contains(pin);
    time.work();
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "3");
    assertThat(controller.status(SHOP).pin()).isEmpty();
  }

  @Test
  @DisplayName("a bad revision is gone back from at once, without retries, and the next is applied")
  void goesBackByItself() {
    source.commit("one", Map.of("a", "1"));
    destination.ail("bad", new Health(HealthStatus.DEGRADED, "container main waits"));
    GitOpsController controller = started(target("shop", destination));
    Revision bad = source.commit("bad", Map.of("a", "bad"));
    events.forget();

    controller.trigger(SHOP);
    time.work();

    assertThat(passes()).containsExactly("shop INCOMPLETE", "shop APPLIED");
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
    Pin pin = controller.status(SHOP).pin().orElseThrow();
    assertThat(pin.bad()).contains(bad);
    events.forget();
    time.advance(INTERVAL.multipliedBy(2));
    assertThat(passes()).containsOnly("shop IN_SYNC");

    source.commit("better", Map.of("a", "3"));
    time.advance(INTERVAL);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "3");
    assertThat(controller.status(SHOP).pin()).isEmpty();
  }

  @Test
  @DisplayName("a pin of another process wakes a target whose revision was left alone")
  void wakesTheQuarantined() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller = started(target("shop", destination));
    source.commit("two", Map.of("a", "2"));
    destination.refuse(TextSet.id("a"));
    controller.trigger(SHOP);
    time.advance(Duration.ofHours(1));
    assertThat(controller.status(SHOP).quarantine()).isPresent();
    destination.allow(TextSet.id("a"));
    events.forget();

    described("shop", destination).build().pin(toOldest(), context());
    time.advance(INTERVAL);

    assertThat(passes()).startsWith("shop IN_SYNC");
    assertThat(controller.status(SHOP).quarantine()).isEmpty();
    assertThat(controller.status(SHOP).pin()).isPresent();
  }

  @Test
  @DisplayName(
      "who depends on a pinned target waits for it and says so; what is pinned does not wait")
  void waitsForWhatIsPinned() {
    source.commit("one", Map.of("a", "1"));
    InMemoryDestination front = new InMemoryDestination();
    GitOpsController controller =
        started(target("shop", destination), target("front", front).dependsOn("shop"));
    source.commit("two", Map.of("a", "2"));
    controller.triggerRepository("https://git.example.com/shop");
    time.work();
    controller.rollback(SHOP, toOldest(), context());
    time.work();
    source.commit("three", Map.of("a", "3"));
    events.forget();

    time.advance(INTERVAL);

    assertThat(front.live()).containsEntry(TextSet.id("a"), "2");
    assertThat(controller.status(new TargetId("front")).message())
        .contains("waits for shop", "pinned to", "by ann");
    assertThat(passes()).as("it does not ask again and again").hasSizeLessThan(8);

    controller.rollback(new TargetId("front"), toOldest(), context());
    time.advance(INTERVAL);
    assertThat(front.live()).containsEntry(TextSet.id("a"), "1");
  }

  private Rollback toOldest() {
    List<HistoryEntry> all = destination.history().list(SHOP, context());
    return Rollback.to(all.get(all.size() - 1), "ann", "two is broken");
  }

  @Override
  TargetBuilder<TextSet> described(String name, InMemoryDestination to) {
    return described(name, new Addressed(source, "https://git.example.com/shop"), to)
        .clock(time.wall())
        .autoRollback(AutoRollback.within(Duration.ofSeconds(30)));
  }

  private static OperationContext context() {
    return OperationContext.create();
  }
}
