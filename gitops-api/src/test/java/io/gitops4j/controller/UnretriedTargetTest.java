package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A target under a controller that says itself how often it is tried again. */
class UnretriedTargetTest extends ControllerHarness {
  @Test
  @DisplayName("a target that says itself that it is not tried again is left alone at once")
  void obeysATargetThatIsNotRetried() {
    InMemoryDestination to = new InMemoryDestination();
    to.refuse(TextSet.id("a"));
    source.commit("one", Map.of("a", "1"));

    TargetStatus status =
        started(ScheduledTarget.builder(described("shop", to).retry(RetryPolicy.none()).build()))
            .status(new TargetId("shop"));

    assertThat(status.failed()).isEqualTo(1);
    assertThat(status.quarantine()).isPresent();
  }
}
