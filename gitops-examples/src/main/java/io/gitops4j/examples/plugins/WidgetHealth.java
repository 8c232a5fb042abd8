package io.gitops4j.examples.plugins;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.HealthRule;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How well a Widget is, by its own fields. */
public final class WidgetHealth implements HealthRule {
  @Override
  public Optional<Health> assess(ObjectNode live) {
    JsonNode status = live.path("status");
    return switch (status.path("phase").asString("")) {
      case "Up" -> Optional.of(Health.of(HealthStatus.HEALTHY));
      case "Moving" -> Optional.of(new Health(HealthStatus.PROGRESSING, "it moves"));
      case "Lost" ->
          Optional.of(new Health(HealthStatus.DEGRADED, status.path("reason").asString("lost")));
      default -> Optional.empty();
    };
  }
}
