package io.gitops4j.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HealthWatchTest {
  private static final Duration SOON = Duration.ofMillis(1);

  private final SortedMap<ResourceId, Health> found = new TreeMap<>();
  private final HealthWatch watch =
      ((HealthAssessor) (target, context) -> found).watch(new TargetId("shop"));

  private void is(String name, HealthStatus status) {
    found.put(new ResourceId("", "Thing", "", name), Health.of(status));
  }

  @Test
  @DisplayName(
      "what tells nothing by itself is looked at again, and told when it is other than before")
  void looksAgain() {
    is("b", HealthStatus.PROGRESSING);
    is("a", HealthStatus.HEALTHY);
    OperationContext context = OperationContext.create();

    HealthTree first = watch.next(SOON, context).orElseThrow();
    assertThat(first.roots()).extracting(n -> n.id().name()).containsExactly("a", "b");
    assertThat(first.health().status()).isEqualTo(HealthStatus.PROGRESSING);
    assertThat(watch.next(SOON, context)).isEmpty();
    is("b", HealthStatus.HEALTHY);
    assertThat(watch.next(SOON, context).orElseThrow().health().status())
        .isEqualTo(HealthStatus.HEALTHY);
    watch.close();
  }

  @Test
  @DisplayName("a wait ends with its context")
  void ends() {
    OperationContext context = OperationContext.create();
    watch.next(SOON, context);
    context.cancel();

    assertThatThrownBy(() -> watch.next(Duration.ofMinutes(1), context))
        .isInstanceOf(OperationCancelledException.class);
  }
}
