package io.gitops4j.k8s.internal.health;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What holds an object that somebody deleted. */
final class Terminating {
  private Terminating() {}

  /** Since when, by which finalizers, and for a namespace also what is left in it. */
  static String told(JsonNode live) {
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
      if (HealthRules.isTrue(live, left)) {
        text.append("; ").append(HealthRules.said(live, left));
      }
    }
    return text.toString();
  }
}
