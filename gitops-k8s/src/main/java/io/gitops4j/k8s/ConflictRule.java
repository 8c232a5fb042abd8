package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.internal.ignore.FieldPath;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What happens where some fields of some objects are owned by another field manager too. Immutable.
 *
 * @param group of the objects; {@code *} stands for any characters in this and the next three
 * @param kind of the objects
 * @param namespace of the objects; empty for all
 * @param name of the objects; empty for all
 * @param path of the fields, with everything below it: a JSON pointer such as {@code
 *     /spec/replicas}, or as plans show it, such as {@code
 *     spec.template.spec.containers[name=web].image}; empty for the whole object
 * @param policy what happens there
 */
public record ConflictRule(
    String group, String kind, String namespace, String name, String path, ConflictPolicy policy) {
  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public ConflictRule {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(policy, "policy");
    List<String> problems = new ArrayList<>();
    if (kind.isEmpty()) {
      problems.add("a rule needs a kind, or * for all");
    }
    try {
      FieldPath.parse(path);
    } catch (IllegalArgumentException e) {
      problems.add("path '" + path + "' " + e.getMessage());
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("conflict rules", problems);
    }
  }

  /**
   * Whether the rule speaks of an object.
   *
   * @param id of the object
   * @return whether it does
   */
  public boolean matches(ResourceId id) {
    return ObjectPattern.matches(group, kind, namespace, name, id);
  }
}
