package io.gitops4j.terraform.internal;

import io.gitops4j.model.Sensitive;
import io.gitops4j.terraform.TerraformWorkspace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The values that were given in confidence, taken out of every text that leaves. Immutable. */
final class Secrets {
  /** Shorter ones stand in every other word. */
  private static final int SHORTEST = 4;

  private final List<String> values;

  private Secrets(List<String> values) {
    this.values =
        values.stream()
            // Texts of the program are told on one line.
            .flatMap(v -> Stream.of(v, v.strip().replaceAll("\\s+", " ")))
            .filter(v -> !hidesNothing(v))
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .toList();
  }

  /** What was given in confidence with a workspace. */
  static Secrets of(TerraformWorkspace workspace) {
    List<String> values = new ArrayList<>();
    Map<String, Sensitive<String>> variables = workspace.config().variables();
    for (String name : workspace.config().secretVariables()) {
      collect(Diagnostics.JSON.readTree(variables.get(name).reveal()), values);
    }
    return new Secrets(values);
  }

  /** What a run sees in its environment. */
  static Secrets of(Map<String, Sensitive<String>> environment) {
    return new Secrets(environment.values().stream().map(Sensitive::reveal).toList());
  }

  /** Both. */
  Secrets and(Secrets other) {
    List<String> all = new ArrayList<>(values);
    all.addAll(other.values);
    return new Secrets(all);
  }

  /**
   * These, and what a plan marks as sensitive: the program shows a value again where a resource
   * copies it, without its mark.
   */
  Secrets and(JsonNode shown) {
    List<String> all = new ArrayList<>(values);
    JsonNode declared = shown.path("configuration").path("root_module").path("variables");
    shown
        .path("variables")
        .properties()
        .forEach(
            v -> {
              if (declared.path(v.getKey()).path("sensitive").asBoolean(false)) {
                collect(v.getValue().path("value"), all);
              }
            });
    for (JsonNode change : shown.path("resource_changes")) {
      marked(change.path("change"), all);
    }
    shown.path("output_changes").forEach(change -> marked(change, all));
    return new Secrets(all);
  }

  private static void marked(JsonNode change, List<String> values) {
    marked(change.path("before"), change.path("before_sensitive"), values);
    marked(change.path("after"), change.path("after_sensitive"), values);
  }

  private static void marked(JsonNode value, JsonNode mark, List<String> values) {
    if (mark.isBoolean()) {
      if (mark.asBoolean(false)) {
        collect(value, values);
      }
    } else if (mark.isArray()) {
      for (int i = 0; i < mark.size(); i++) {
        marked(value.path(i), mark.path(i), values);
      }
    } else {
      mark.properties().forEach(m -> marked(value.path(m.getKey()), m.getValue(), values));
    }
  }

  String mask(String text) {
    String masked = text;
    for (String value : values) {
      masked = masked.replace(value, "***");
    }
    return masked;
  }

  /** What stands in every other line would be taken out of it without hiding a secret. */
  private static boolean hidesNothing(String value) {
    return value.length() < SHORTEST || value.equals("true") || value.equals("false");
  }

  private static void collect(JsonNode node, List<String> values) {
    if (node.isString()) {
      values.add(node.asString());
    }
    node.forEach(child -> collect(child, values));
  }
}
