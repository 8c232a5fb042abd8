package io.gitops4j.health;

import io.gitops4j.error.Redactor;
import java.util.Collection;
import java.util.Objects;

/**
 * How well an object is, and why. Immutable.
 *
 * @param status in one word
 * @param message what is waited for or wrong, in words for people; empty when there is nothing to
 *     say. Passes {@link Redactor}
 */
public record Health(HealthStatus status, String message) {
  /** Checks that no part is missing, and redacts the message. */
  public Health {
    Objects.requireNonNull(status, "status");
    message = Redactor.redact(Objects.requireNonNull(message, "message"));
  }

  /**
   * A health without a message.
   *
   * @param status in one word
   * @return the health
   */
  public static Health of(HealthStatus status) {
    return new Health(status, "");
  }

  /**
   * The worst of many, with its message; healthy when there are none.
   *
   * @param healths of the parts
   * @return the worst, the first of equals
   */
  public static Health worst(Collection<Health> healths) {
    Health worst = of(HealthStatus.HEALTHY);
    for (Health health : healths) {
      if (health.status().compareTo(worst.status()) > 0) {
        worst = health;
      }
    }
    return worst;
  }
}
