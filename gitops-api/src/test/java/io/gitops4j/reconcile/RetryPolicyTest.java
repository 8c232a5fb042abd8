package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import java.time.Duration;
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
