package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a status says part by part: the conditions that each parent of a route writes, the phase of
 * each environment.
 */
final class StatusParts {
  /** Deeper than this it is about other objects. */
  private static final int DEPTH = 2;

  /** What was before, or is wanted, says nothing about now; conditions are looked at as a list. */
  private static final Pattern NO_PART =
      Pattern.compile(
          "(?i)^(last|previous|desired|target|old)|histor(y|ies)$|^(conditions|inventory)$");

  private final JsonNode live;
  private final List<Health> told = new ArrayList<>();
  private boolean mute;

  private StatusParts(JsonNode live) {
    this.live = live;
  }

  /** Looks at the parts of an object's status. */
  static StatusParts of(JsonNode live) {
    StatusParts parts = new StatusParts(live);
    parts.collect(live.path("status"), 0);
    return parts;
  }

  /** The worst of the parts, where that is not well. */
  Optional<Health> unwell() {
    return Optional.of(Health.worst(told)).filter(h -> h.status() != HealthStatus.HEALTHY);
  }

  /** Healthy when there are parts, and all that have conditions say that they are well. */
  Optional<Health> well() {
    return told.isEmpty() || mute || unwell().isPresent()
        ? Optional.empty()
        : Optional.of(Healths.healthy());
  }

  private void collect(JsonNode part, int depth) {
    if (part.isArray()) {
      StatusCounts.withZeros(part.valueStream().toList()).forEach(item -> collect(item, depth));
    } else if (part instanceof ObjectNode object) {
      Optional<Health> own = depth == 0 ? Optional.empty() : judge(object);
      own.ifPresent(told::add);
      mute |= depth > 0 && own.isEmpty() && !object.path("conditions").isEmpty();
      if (own.isEmpty() && depth < DEPTH) {
        List<JsonNode> inner =
            object.properties().stream()
                .filter(f -> !NO_PART.matcher(f.getKey()).find())
                .map(Map.Entry::getValue)
                .toList();
        StatusCounts.withZeros(inner).forEach(i -> collect(i, depth + 1));
      }
    }
  }

  /** A part is judged as a whole object is, whose status it were. */
  private Optional<Health> judge(ObjectNode part) {
    ObjectNode stand = part.objectNode();
    stand.set("kind", live.path("kind"));
    stand.set("metadata", live.path("metadata"));
    stand.set("status", part);
    Optional<Health> conditions = GenericHealth.conditions(stand);
    if (conditions.isPresent() && conditions.get().status() != HealthStatus.HEALTHY) {
      return conditions;
    }
    return StatusFlags.unmet(stand)
        .or(() -> StatusCounts.lacking(stand))
        .or(() -> GenericHealth.word(stand).filter(h -> h.status() != HealthStatus.HEALTHY))
        .or(() -> conditions)
        .or(() -> GenericHealth.word(stand))
        .or(() -> StatusFlags.met(stand))
        .or(() -> StatusCounts.complete(stand));
  }
}
