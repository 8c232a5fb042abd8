package io.gitops4j.k8s.internal.order;

import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Where in a sync an object has its place, in whatever dialect its annotations say so. Immutable.
 *
 * @param wave lower ones first
 * @param hook that it is a hook, empty for an object that stays
 * @param omitted the annotation because of which it is not applied at all; empty when it is
 * @param dependsOn what must be there and well before it, and go after it
 * @param substitutions what is put into it right before it is written
 * @param groups of kapp that it is in
 * @param rules of kapp that it has
 */
public record Placement(
    int wave,
    Optional<Hook> hook,
    String omitted,
    List<ResourceId> dependsOn,
    List<Substitution> substitutions,
    Set<String> groups,
    List<ChangeRule> rules) {
  /** Of an object that says nothing. */
  public static final Placement PLAIN =
      new Placement(0, Optional.empty(), "", List.of(), List.of(), Set.of(), List.of());

  /** Copies the collections. */
  public Placement {
    Objects.requireNonNull(hook, "hook");
    Objects.requireNonNull(omitted, "omitted");
    dependsOn = List.copyOf(dependsOn);
    substitutions = List.copyOf(substitutions);
    groups = Set.copyOf(groups);
    rules = List.copyOf(rules);
  }

  /** What has to be known of it when Git does not have the object any more. */
  public Placement remembered(ResourceId id) {
    List<ResourceId> needs = new ArrayList<>(dependsOn);
    substitutions.forEach(s -> needs.add(s.sourceFor(id)));
    return new Placement(wave, Optional.empty(), "", needs, List.of(), groups, rules);
  }

  /** Whether it says nothing. */
  public boolean isPlain() {
    return this == PLAIN || equals(PLAIN);
  }
}
