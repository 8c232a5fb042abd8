package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The rules of a destination, compiled once. Immutable. */
public final class IgnoreRules implements View.Rule {
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

  @Override
  public Optional<Digest> fingerprint(ResourceId id, JsonNode live, String manager) {
    return in(id).fingerprint(live, manager);
  }

  /** What is ignored in one object. */
  public IgnoredFields in(ResourceId id) {
    return rules.isEmpty()
        ? IgnoredFields.NONE
        : new IgnoredFields(rules.stream().filter(c -> c.rule().matches(id)).toList());
  }
}
