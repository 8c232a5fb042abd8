package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.model.ResourceId;
import java.util.List;

/** The rules of a destination, compiled once. Immutable. */
public final class IgnoreRules {
  private final List<Compiled> rules;

  private IgnoreRules(List<Compiled> rules) {
    this.rules = rules;
  }

  /** A rule and its expressions. */
  record Compiled(IgnoreRule rule, List<JqPath> expressions) {}

  /**
   * Compiles.
   *
   * @throws io.gitops4j.error.ConfigurationException when an expression is wrong, or the library
   *     for expressions is missing
   */
  public static IgnoreRules compile(List<IgnoreRule> rules) {
    return new IgnoreRules(
        rules.stream()
            .map(r -> new Compiled(r, r.jqPathExpressions().stream().map(JqPath::compile).toList()))
            .toList());
  }

  /** What is ignored in one object. */
  public IgnoredFields in(ResourceId id) {
    return rules.isEmpty()
        ? IgnoredFields.NONE
        : new IgnoredFields(rules.stream().filter(c -> c.rule().matches(id)).toList());
  }
}
