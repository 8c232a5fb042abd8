package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The rules of a destination, compiled once. Immutable. */
public final class IgnoreRules {
  private final List<Compiled> rules;

  private IgnoreRules(List<Compiled> rules) {
    this.rules = rules;
  }

  /** A rule, its selector and its expressions. */
  record Compiled(IgnoreRule rule, CompiledSelector selector, List<JqPath> expressions) {}

  /**
   * Compiles.
   *
   * @throws io.gitops4j.error.ConfigurationException when an expression is wrong, or the library
   *     for expressions is missing
   */
  public static IgnoreRules compile(List<IgnoreRule> rules) {
    return new IgnoreRules(
        rules.stream()
            .map(
                r ->
                    new Compiled(
                        r,
                        new CompiledSelector(r.selector()),
                        r.jqPathExpressions().stream().map(JqPath::compile).toList()))
            .toList());
  }

  /** Whether there are none. */
  boolean isEmpty() {
    return rules.isEmpty();
  }

  /**
   * What is ignored in one object.
   *
   * @param desired as it is desired: its labels and annotations say which rules speak of it
   * @throws DiffException when a pattern takes too many steps
   */
  public IgnoredFields in(ResourceId id, JsonNode desired) {
    List<Compiled> found = new ArrayList<>();
    for (Compiled compiled : rules) {
      try {
        if (compiled.rule().matches(id) && compiled.selector().matches(id, desired)) {
          found.add(compiled);
        }
      } catch (Steps.ExceededException e) {
        throw new DiffException(
            "IGNORE-TOO-EXPENSIVE",
            Retryability.RETRY_ON_CHANGE,
            compiled.rule().selector().toString(),
            e.getMessage() + " on " + id,
            "select the objects by simpler patterns",
            e);
      }
    }
    return found.isEmpty() ? IgnoredFields.NONE : new IgnoredFields(found);
  }

  /**
   * The live object with only those labels and annotations that we applied, which are the desired
   * ones: another's label must not make another rule speak of it.
   */
  static JsonNode ours(JsonNode live, String manager) {
    ObjectNode ours = JsonNodeFactory.instance.objectNode();
    ours.set("apiVersion", live.path("apiVersion"));
    ObjectNode metadata = ours.putObject("metadata");
    JsonNode fields = Fingerprint.ownedFields(live, manager).path("f:metadata");
    for (String map : List.of("labels", "annotations")) {
      ObjectNode kept = metadata.putObject(map);
      for (var field : live.path("metadata").path(map).properties()) {
        if (fields.path("f:" + map).has("f:" + field.getKey())) {
          kept.set(field.getKey(), field.getValue());
        }
      }
    }
    return ours;
  }
}
