package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Fields that others may set without being corrected, as in Argo CD's {@code ignoreDifferences}.
 * They are set when the object is created; afterwards one that somebody else owns is left out of
 * what is applied, and one that only we own keeps its live value. Immutable.
 *
 * @param group of the objects; {@code *} stands for any characters in this and the next three
 * @param kind of the objects
 * @param namespace of the objects; empty for all
 * @param name of the objects; empty for all
 * @param jsonPointers fields by RFC 6901, such as {@code /spec/replicas}
 * @param jqPathExpressions fields by jq paths, such as {@code .spec.containers[].image}; they need
 *     the library {@code jackson-jq}
 * @param managers fields that these field managers own
 */
public record IgnoreRule(
    String group,
    String kind,
    String namespace,
    String name,
    List<String> jsonPointers,
    List<String> jqPathExpressions,
    List<String> managers) {
  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public IgnoreRule {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
    jsonPointers = List.copyOf(jsonPointers);
    jqPathExpressions = List.copyOf(jqPathExpressions);
    managers = List.copyOf(managers);
    List<String> problems = new ArrayList<>();
    if (kind.isEmpty()) {
      problems.add("a rule needs a kind, or * for all");
    }
    for (String pointer : jsonPointers) {
      if (!pointer.startsWith("/")) {
        problems.add("JSON pointer '" + pointer + "' must begin with /");
      }
    }
    if (jsonPointers.isEmpty() && jqPathExpressions.isEmpty() && managers.isEmpty()) {
      problems.add("a rule for " + kind + " names no field");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("ignored differences", problems);
    }
  }

  /**
   * Whether the rule speaks of an object.
   *
   * @param id of the object
   * @return whether it does
   */
  public boolean matches(ResourceId id) {
    return matches(group, id.group())
        && matches(kind, id.kind())
        && (namespace.isEmpty() || matches(namespace, id.namespace()))
        && (name.isEmpty() || matches(name, id.name()));
  }

  private static boolean matches(String pattern, String text) {
    return Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), text);
  }
}
