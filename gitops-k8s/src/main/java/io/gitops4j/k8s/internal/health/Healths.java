package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What all rules say in the same words. */
final class Healths {
  private static final Health HEALTHY = Health.of(HealthStatus.HEALTHY);
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private Healths() {}

  static Health healthy() {
    return HEALTHY;
  }

  static Health progressing(String message) {
    return new Health(HealthStatus.PROGRESSING, message);
  }

  static Health degraded(String message) {
    return new Health(HealthStatus.DEGRADED, message);
  }

  static Health suspended(String message) {
    return new Health(HealthStatus.SUSPENDED, message);
  }

  static Health unknown(String message) {
    return new Health(HealthStatus.UNKNOWN, message);
  }

  /**
   * Progressing when the controller has not seen the newest spec. Flux writes -1 where it has not
   * got through any generation yet, which says nothing about this one.
   */
  static Optional<Health> unseen(JsonNode live) {
    // Argo Rollouts writes it as a text, which in former versions was a hash.
    JsonNode seen = live.path("status").path("observedGeneration");
    long told =
        seen.isIntegralNumber() || NUMBER.matcher(seen.asString("")).matches()
            ? seen.asLong(-1)
            : -1;
    long generation = live.path("metadata").path("generation").asLong(0);
    return told >= 0 && told < generation
        ? Optional.of(
            progressing(
                "its controller has seen generation " + told + " and not yet " + generation))
        : Optional.empty();
  }
}
