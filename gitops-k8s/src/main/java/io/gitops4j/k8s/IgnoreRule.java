package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Fields that others may set without being corrected, as in Argo CD's {@code ignoreDifferences} and
 * the {@code spec.ignore} of a Flux Kustomization. They are set when the object is created;
 * afterwards one that somebody else owns is left out of what is applied, and one that only we own
 * keeps its live value. Immutable.
 *
 * @param group of the objects; {@code *} stands for any characters in this and the next three
 * @param kind of the objects
 * @param namespace of the objects; empty for all
 * @param name of the objects; empty for all
 * @param jsonPointers fields by RFC 6901, such as {@code /spec/replicas}
 * @param jqPathExpressions fields by jq paths, such as {@code .spec.containers[].image}; they need
 *     the library {@code jackson-jq}
 * @param managers fields that these field managers own
 * @param selector what must hold of the objects besides
 */
public record IgnoreRule(
    String group,
    String kind,
    String namespace,
    String name,
    List<String> jsonPointers,
    List<String> jqPathExpressions,
    List<String> managers,
    ObjectSelector selector) {
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
    Objects.requireNonNull(selector, "selector");
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
   * A rule as Argo CD writes it.
   *
   * @param group of the objects; {@code *} stands for any characters in this and the next three
   * @param kind of the objects
   * @param namespace of the objects; empty for all
   * @param name of the objects; empty for all
   * @param jsonPointers fields by RFC 6901
   * @param jqPathExpressions fields by jq paths
   * @param managers fields that these field managers own
   * @throws ConfigurationException that lists all problems
   */
  public IgnoreRule(
      String group,
      String kind,
      String namespace,
      String name,
      List<String> jsonPointers,
      List<String> jqPathExpressions,
      List<String> managers) {
    this(
        group,
        kind,
        namespace,
        name,
        jsonPointers,
        jqPathExpressions,
        managers,
        ObjectSelector.everything());
  }

  /**
   * A rule as Flux writes it.
   *
   * @param paths fields by RFC 6901
   * @param target which objects it speaks of
   * @return the rule
   * @throws ConfigurationException that lists all problems
   */
  public static IgnoreRule ofPaths(List<String> paths, ObjectSelector target) {
    return new IgnoreRule("*", "*", "", "", paths, List.of(), List.of(), target);
  }

  /**
   * Whether the rule may speak of an object; its selector is asked besides.
   *
   * @param id of the object
   * @return whether it does
   */
  public boolean matches(ResourceId id) {
    return ObjectPattern.matches(group, kind, namespace, name, id);
  }
}
