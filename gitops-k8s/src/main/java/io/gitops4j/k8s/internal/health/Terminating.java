package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What holds an object that somebody deleted. */
final class Terminating {
  private Terminating() {}

  /** Progressing when somebody deleted it: since when, and what it waits for. */
  static Optional<Health> health(JsonNode live) {
    return live.path("metadata").has("deletionTimestamp")
        ? Optional.of(Healths.progressing(told(live)))
        : Optional.empty();
  }

  /** Since when, by which finalizers, and for a namespace also what is left in it. */
  private static String told(JsonNode live) {
    JsonNode metadata = live.path("metadata");
    List<String> names = new ArrayList<>();
    // A namespace has finalizers of its own besides those that every object has.
    Stream.of(metadata, live.path("spec"))
        .map(part -> part.path("finalizers"))
        .filter(JsonNode::isArray)
        .forEach(list -> list.forEach(f -> names.add(f.asString(""))));
    StringBuilder text = new StringBuilder("is being deleted since ");
    text.append(metadata.path("deletionTimestamp").asString(""));
    if (!names.isEmpty()) {
      text.append(", held by finalizers ").append(String.join(", ", names));
    }
    for (String left : List.of("NamespaceContentRemaining", "NamespaceFinalizersRemaining")) {
      if (Conditions.isTrue(live, left)) {
        text.append("; ").append(Conditions.said(live, left));
      }
    }
    return text.toString();
  }
}
