package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.TargetId;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A controller that is asked for something before it is started. */
class BeforeStartTest extends ControllerHarness {
  private static final TargetId SHOP = new TargetId("shop");
  private static final TargetId OTHER = new TargetId("other");

  private final InMemoryDestination shop = new InMemoryDestination();
  private final InMemoryDestination other = new InMemoryDestination();
  private final GitOpsController controller =
      builder.target(target("shop", shop).build()).target(target("other", other).build()).build();

  @BeforeEach
  void commit() {
    source.commit("one", Map.of("a", "1"));
  }

  @Test
  @DisplayName("nothing runs, whatever is asked for")
  void nothing() {
    controller.suspend(SHOP);
    controller.trigger(OTHER);
    controller.resume(SHOP);

    time.advance(Duration.ofHours(1));

    assertThat(shop.live()).isEmpty();
    assertThat(other.live()).isEmpty();
  }

  @Test
  @DisplayName("what was suspended stays so, and what was asked for runs once it is started")
  void remembered() {
    controller.suspend(SHOP);
    controller.trigger(OTHER);

    controller.start();

    time.work();
    assertThat(shop.live()).isEmpty();
    assertThat(other.live()).containsEntry(TextSet.id("a"), "1");
    controller.resume(SHOP);
    time.work();
    assertThat(shop.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("one that was stopped begins nothing when it is started")
  void stopped() {
    controller.stop(Duration.ZERO);

    controller.start();

    time.advance(Duration.ofHours(1));
    assertThat(shop.live()).isEmpty();
  }
}
