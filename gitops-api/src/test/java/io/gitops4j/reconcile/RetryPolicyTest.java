package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  @Test
  @DisplayName("each wait is longer than the one before, up to the longest, until the limit")
  void waits() {
    RetryPolicy policy = new RetryPolicy(3, Duration.ofSeconds(5), 2, Duration.ofSeconds(15));

    assertThat(policy.after(1)).contains(Duration.ofSeconds(5));
    assertThat(policy.after(2)).contains(Duration.ofSeconds(10));
    assertThat(policy.after(3)).contains(Duration.ofSeconds(15));
    assertThat(policy.after(4)).isEmpty();
  }

  @Property
  @Label("waits between passes grow, never beyond the longest, and end with the limit")
  void waitsGrow(@ForAll @IntRange(min = 0, max = 50) int limit) {
    RetryPolicy policy = new RetryPolicy(limit, Duration.ofSeconds(5), 2, Duration.ofMinutes(3));
    Duration before = Duration.ZERO;
    for (int failed = 1; failed <= limit; failed++) {
      Duration wait = policy.after(failed).orElseThrow();
      assertThat(wait).isBetween(before, Duration.ofMinutes(3)).isPositive();
      before = wait;
    }
    assertThat(policy.after(limit + 1)).isEmpty();
  }

  @Test
  @DisplayName("what makes no sense is refused as a configuration is, with every problem")
  void refuses() {
    assertThatThrownBy(() -> new RetryPolicy(1, Duration.ZERO, 0.5, Duration.ofSeconds(-1)))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(3));
    assertThatThrownBy(() -> AutoRollback.within(Duration.ZERO))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("automatic rollback: the window must be positive: PT0S");
  }
}
