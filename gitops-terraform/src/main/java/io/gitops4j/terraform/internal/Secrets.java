package io.gitops4j.terraform.internal;

import io.gitops4j.model.Sensitive;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformWorkspace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The values that were given in confidence, taken out of every text that leaves. Immutable. */
final class Secrets {
  /** Shorter ones stand in every other word, and hide nothing. */
  private static final int SHORTEST = 4;

  private final List<String> values;

  private Secrets(List<String> values) {
    this.values = List.copyOf(values);
  }

  static Secrets of(TerraformConfig config, TerraformWorkspace workspace) {
    List<String> values = new ArrayList<>();
    config.environment().get().values().forEach(v -> values.add(v.reveal()));
    Map<String, Sensitive<String>> variables = workspace.config().variables();
    for (String name : workspace.config().secretVariables()) {
      collect(Diagnostics.JSON.readTree(variables.get(name).reveal()), values);
    }
    values.removeIf(v -> v.length() < SHORTEST);
    values.sort(Comparator.comparing(String::length).reversed());
    return new Secrets(values);
  }

  String mask(String text) {
    String masked = text;
    for (String value : values) {
      masked = masked.replace(value, "***");
    }
    return masked;
  }

  private static void collect(JsonNode node, List<String> values) {
    if (node.isString()) {
      values.add(node.asString());
    }
    node.forEach(child -> collect(child, values));
  }
}
