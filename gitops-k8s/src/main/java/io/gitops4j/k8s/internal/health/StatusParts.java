package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a status says part by part, where it says nothing of the whole: the conditions that each
 * parent of a route writes, the state of each node.
 */
final class StatusParts {
  /** Deeper than this it is about other objects. */
  private static final int DEPTH = 2;

  /** What was before, or is wanted, says nothing about now. */
  private static final Pattern NOT_NOW =
      Pattern.compile("(?i)^(last|previous|desired|target|old)|histor(y|ies)$");

  private StatusParts() {}

  /** The worst of the parts, empty when none of them is understood. */
  static Optional<Health> worst(JsonNode live) {
    List<Health> told = new ArrayList<>();
    live.path("status").properties().stream()
        .filter(f -> !NOT_NOW.matcher(f.getKey()).find())
        .forEach(field -> collect(live, field.getValue(), 1, told));
    return told.isEmpty() ? Optional.empty() : Optional.of(Health.worst(told));
  }

  private static void collect(JsonNode live, JsonNode part, int depth, List<Health> told) {
    if (part.isArray()) {
      part.forEach(item -> collect(live, item, depth, told));
    } else if (part instanceof ObjectNode object && !object.has("lastTransitionTime")) {
      Optional<Health> own = judge(live, object);
      own.ifPresent(told::add);
      if (own.isEmpty() && depth < DEPTH) {
        object.properties().forEach(f -> collect(live, f.getValue(), depth + 1, told));
      }
    }
  }

  /** A part is judged as a whole object is, whose status it were. */
  private static Optional<Health> judge(JsonNode live, ObjectNode part) {
    ObjectNode stand = part.objectNode();
    stand.set("kind", live.path("kind"));
    stand.set("metadata", live.path("metadata"));
    stand.set("status", part);
    Optional<Health> conditions = GenericHealth.conditions(stand);
    if (conditions.isPresent() && conditions.get().status() != HealthStatus.HEALTHY) {
      return conditions;
    }
    return StatusFlags.unmet(stand)
        .or(() -> GenericHealth.word(stand).filter(h -> h.status() != HealthStatus.HEALTHY))
        .or(() -> conditions)
        .or(() -> GenericHealth.word(stand))
        .or(() -> StatusFlags.met(stand));
  }
}
