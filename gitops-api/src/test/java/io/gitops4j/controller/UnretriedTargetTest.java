package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A target under a controller that says itself how often it is tried again. */
class UnretriedTargetTest {
  private final VirtualTime time = new VirtualTime();
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination to = new InMemoryDestination();

  @BeforeEach
  void commit() {
    source.commit("one", Map.of("a", "1"));
  }

  private TargetBuilder<TextSet> target() {
    return GitOps.target("shop")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(to);
  }

  private TargetStatus afterItsFirstPass(TargetBuilder<TextSet> target) {
    GitOpsController controller =
        GitOpsController.builder()
            .workers(time.workers(), 1)
            .timer(time)
            .ticker(time::nanos)
            .clock(time.wall())
            .jitter(0)
            .target(ScheduledTarget.of(target.build()))
            .build();
    controller.start();
    time.work();
    return controller.status(new TargetId("shop"));
  }

  @Test
  @DisplayName("a target that says itself that it is not tried again is left alone at once")
  void obeysATargetThatIsNotRetried() {
    to.refuse(TextSet.id("a"));

    TargetStatus status = afterItsFirstPass(target().retry(RetryPolicy.none()));

    assertThat(status.failed()).isEqualTo(1);
    assertThat(status.quarantine()).isPresent();
  }
}
