package io.gitops4j.k8s.internal.health;

import static io.gitops4j.k8s.internal.health.Healths.degraded;
import static io.gitops4j.k8s.internal.health.Healths.healthy;
import static io.gitops4j.k8s.internal.health.Healths.progressing;

import io.gitops4j.health.Health;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What true and false say in a status: {@code ready}, {@code readyToUse}, {@code healthy}. */
final class StatusFlags {
  /** What is not so yet. */
  private static final List<String> REACHED =
      List.of(
          "ready", "isReady", "readyToUse", "available", "synced", "initialized", "provisioned");

  /** What is not so any more, or was judged. */
  private static final List<String> JUDGED =
      List.of("healthy", "isHealthy", "valid", "pass", "passed", "applied");

  /** What speaks for the whole object. */
  private static final List<String> WHOLE =
      List.of("ready", "isReady", "readyToUse", "healthy", "isHealthy", "applied", "provisioned");

  private StatusFlags() {}

  /** What a flag that is false says. */
  static Optional<Health> unmet(JsonNode live) {
    return find(live, JUDGED, false)
        .map(f -> degraded("status." + f + " is false"))
        .or(() -> find(live, REACHED, false).map(f -> progressing("status." + f + " is false")));
  }

  /** Healthy when a flag that speaks for the whole object is true. */
  static Optional<Health> met(JsonNode live) {
    return find(live, WHOLE, true).map(f -> healthy());
  }

  private static Optional<String> find(JsonNode live, List<String> names, boolean value) {
    JsonNode status = live.path("status");
    return names.stream()
        .filter(n -> status.path(n).isBoolean() && status.path(n).asBoolean() == value)
        .findFirst();
  }
}
