package io.gitops4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HealthWaitTest {
  private static final TargetId SHOP = new TargetId("shop");
  private static final Health APPLIED = Health.of(HealthStatus.PROGRESSING);
  private static final Supplier<Health> WELL = () -> Health.of(HealthStatus.HEALTHY);

  @Test
  @DisplayName("an answer that got lost is asked for again")
  void asksAgain() {
    assertThat(until(Duration.ofMinutes(1), List.of(lost(Retryability.RETRY), WELL)).status())
        .isEqualTo(HealthStatus.HEALTHY);
  }

  @Test
  @DisplayName("when the time is over, what was not well is told, or why nobody can tell")
  void tellsAtTheEnd() {
    Supplier<Health> slow = () -> new Health(HealthStatus.PROGRESSING, "0 of 1 replicas");
    assertThat(until(Duration.ofMillis(700), List.of(slow)))
        .isEqualTo(new Health(HealthStatus.PROGRESSING, "apps/Deployment web: 0 of 1 replicas"));
    Health nobodyTells = until(Duration.ofMillis(700), List.of(lost(Retryability.RETRY)));
    assertThat(nobodyTells.status()).isEqualTo(HealthStatus.UNKNOWN);
    assertThat(nobodyTells.message()).contains("K8S-SERVER-ERROR", "the server answered 503");
    assertThat(until(Duration.ofNanos(1), List.of(slow)))
        .as("nothing was asked")
        .isEqualTo(APPLIED);
  }

  @Test
  @DisplayName("what no other try can answer ends the wait, and not the sync")
  void endsWhereNobodyCanTell() {
    assertThat(until(Duration.ofMinutes(1), List.of(lost(Retryability.NEVER))).status())
        .isEqualTo(HealthStatus.UNKNOWN);
  }

  @Test
  @DisplayName("an interrupt ends the wait as what it is")
  void isInterrupted() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> until(Duration.ofMinutes(1), List.of(lost(Retryability.RETRY))))
          .isInstanceOf(OperationCancelledException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static Supplier<Health> lost(Retryability retryability) {
    return () -> {
      throw new DiffException(
          "K8S-SERVER-ERROR", retryability, "shop", "the server answered 503", "look", null);
    };
  }

  /** The last answer is given again and again. */
  private static Health until(Duration time, List<Supplier<Health>> answers) {
    Deque<Supplier<Health>> left = new ArrayDeque<>(answers);
    HealthAssessor assessor =
        (target, context) -> {
          context.checkActive(Stage.HEALTH);
          Health answer = (left.size() > 1 ? left.poll() : left.peek()).get();
          TreeMap<ResourceId, Health> all = new TreeMap<>();
          all.put(new ResourceId("", "ConfigMap", "", "settings"), WELL.get());
          all.put(new ResourceId("apps", "Deployment", "", "web"), answer);
          return all;
        };
    return HealthWait.until(APPLIED, assessor, SHOP, OperationContext.within(time));
  }
}
