package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.HealthStatus;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Finds the sentence in an object's status that says most about why it is as it is. */
final class Explanation {
  private static final List<String> FIELDS =
      List.of(
          "message",
          "statusMessage",
          "stateMessage",
          "errorMessage",
          "failureMessage",
          "error",
          "reason",
          "lastError",
          "failureReason",
          "description");

  private Explanation() {}

  /** The sentence for a status; empty for what is healthy, never for anything else. */
  static String of(HealthStatus status, JsonNode live) {
    if (status == HealthStatus.HEALTHY) {
      return "";
    }
    String found = of(live);
    if (!found.isEmpty()) {
      return found;
    }
    if (live.path("status").isEmpty()) {
      return "its controller has written no status yet";
    }
    return switch (status) {
      case PROGRESSING -> "nothing in its status says yet that it is ready";
      case SUSPENDED -> "it stands still on purpose";
      default -> "its status tells no reason";
    };
  }

  /** The sentence, empty when there is none. */
  static String of(JsonNode live) {
    Optional<JsonNode> telling = ConditionSummary.of(live).telling();
    if (telling.isPresent()) {
      return Conditions.said(telling.get());
    }
    JsonNode status = live.path("status");
    String word =
        StatusWord.in(live).map(f -> "status." + f.field() + " is " + f.word()).orElse("");
    for (String field : FIELDS) {
      String text = status.path(field).isString() ? status.path(field).asString().strip() : "";
      if (!text.isEmpty()) {
        return word.isEmpty() ? text : word + ": " + text;
      }
    }
    return word;
  }
}
