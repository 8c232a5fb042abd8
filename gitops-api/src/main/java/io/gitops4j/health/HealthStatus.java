package io.gitops4j.health;

import java.util.Locale;

/** How well an object is, in Argo CD's words, ordered from best to worst. */
public enum HealthStatus {
  /** It is as it should be. */
  HEALTHY,
  /** It is stopped on purpose. */
  SUSPENDED,
  /** It is not there yet, but on its way. */
  PROGRESSING,
  /** It should exist and does not. */
  MISSING,
  /** It failed, or cannot get further without a change. */
  DEGRADED,
  /** Nobody can tell. Never taken for healthy. */
  UNKNOWN;

  /**
   * The worse of two.
   *
   * @param other the other status
   * @return the one that comes later in the order
   */
  public HealthStatus worse(HealthStatus other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /**
   * The status as Argo CD writes it.
   *
   * @return the word, such as {@code Healthy}
   */
  public String word() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }
}
