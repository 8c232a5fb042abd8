package io.gitops4j.k8s.internal.health;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the conditions in an object's status. */
final class Conditions {
  private Conditions() {}

  static Iterable<JsonNode> of(JsonNode live) {
    return live.path("status").path("conditions");
  }

  static @Nullable JsonNode find(JsonNode live, String type) {
    for (JsonNode condition : of(live)) {
      if (type(condition).equals(type)) {
        return condition;
      }
    }
    return null;
  }

  static String type(JsonNode condition) {
    return condition.path("type").asString("");
  }

  static boolean isTrue(JsonNode live, String type) {
    return is(find(live, type), "True");
  }

  static boolean isFalse(JsonNode live, String type) {
    return is(find(live, type), "False");
  }

  /** Some controllers write the status in lower case, or as a boolean. */
  static boolean is(@Nullable JsonNode condition, String status) {
    return condition != null && status.equalsIgnoreCase(condition.path("status").asString(""));
  }

  /** Reason and message of a condition, in one line; empty when there is no such condition. */
  static String said(JsonNode live, String type) {
    JsonNode condition = find(live, type);
    return condition == null ? "" : said(condition);
  }

  /** Reason and message of a condition, in one line. */
  static String said(JsonNode condition) {
    List<String> parts = new ArrayList<>();
    for (String key : List.of("reason", "message")) {
      String text = condition.path(key).asString("").strip();
      if (!text.isEmpty() && !parts.contains(text)) {
        parts.add(text);
      }
    }
    return parts.isEmpty()
        ? type(condition) + " is " + condition.path("status").asString("Unknown")
        : String.join(": ", parts);
  }
}
