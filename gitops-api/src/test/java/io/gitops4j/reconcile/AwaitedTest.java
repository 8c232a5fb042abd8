package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.ResourceId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What of a revision has to become well. */
class AwaitedTest {
  private static final ResourceId ONE = new ResourceId("", "ConfigMap", "shop", "one");
  private static final ResourceId TWO = new ResourceId("", "ConfigMap", "shop", "two");

  private static Map<ResourceId, Health> both(HealthStatus status) {
    return Map.of(ONE, Health.of(status), TWO, Health.of(status));
  }

  @Test
  @DisplayName("in time all that is not well is awaited, and no longer once it is well")
  void inTime() {
    Awaited awaited = Awaited.none();

    awaited.seen(both(HealthStatus.PROGRESSING), Set.of());
    assertThat(awaited.all()).containsExactlyInAnyOrder(ONE, TWO);

    awaited.seen(both(HealthStatus.HEALTHY), Set.of());
    assertThat(awaited.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("what is not well only later is not awaited, and what was awaited stays so")
  void late() {
    Awaited awaited = Awaited.of(Set.of(), Set.of(ONE));

    awaited.seenLate(both(HealthStatus.DEGRADED), Set.of());

    assertThat(awaited.all()).containsExactly(ONE);
  }

  @Test
  @DisplayName("what was not well before the revision, and what goes, is not held against it")
  void notItsFault() {
    Awaited awaited = Awaited.of(Set.of(ONE), Set.of());

    awaited.seen(both(HealthStatus.DEGRADED), Set.of(TWO));

    assertThat(awaited.isEmpty()).isTrue();
    assertThat(awaited.degraded(both(HealthStatus.DEGRADED), Set.of(TWO))).isEmpty();
    assertThat(awaited.degraded(both(HealthStatus.DEGRADED), Set.of())).containsExactly(TWO);
  }
}
