package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.ConflictPolicy;
import io.gitops4j.k8s.ConflictRule;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a destination says of single fields, compiled once. Immutable. */
public final class FieldRules implements View.Rule {
  private final IgnoreRules ignored;
  private final ConflictPolicy otherwise;
  private final List<ConflictRule> conflicts;

  /** Compiled rules, and what happens with fields that others own too. */
  public FieldRules(IgnoreRules ignored, ConflictPolicy otherwise, List<ConflictRule> conflicts) {
    this.ignored = ignored;
    this.otherwise = otherwise;
    this.conflicts = conflicts;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Empty, too, where the rules take too long on this object: what is desired of it is then
   * refused by its comparison, which tells why.
   */
  @Override
  public Optional<Digest> fingerprint(ResourceId id, JsonNode live, String manager) {
    if (ignored.isEmpty() && forced()) {
      return Fingerprint.of(live, manager);
    }
    try {
      return of(id, IgnoreRules.ours(live, manager)).fingerprint(live, manager);
    } catch (DiffException e) {
      return Optional.empty();
    }
  }

  private boolean forced() {
    return otherwise == ConflictPolicy.FORCE && conflicts.isEmpty();
  }

  /**
   * What holds of the fields of one object.
   *
   * @param desired as it is desired: its labels and annotations say which rules speak of it
   * @throws DiffException when a pattern takes too many steps
   */
  public ObjectFields of(ResourceId id, JsonNode desired) {
    ContestedFields contested =
        forced()
            ? ContestedFields.FORCED
            : new ContestedFields(
                otherwise,
                conflicts.stream()
                    .filter(r -> r.matches(id))
                    .map(r -> new ContestedFields.Rule(FieldPath.parse(r.path()), r.policy()))
                    .toList());
    IgnoredFields left = ignored.in(id, desired);
    return left.isEmpty() && contested.isEmpty()
        ? ObjectFields.PLAIN
        : new ObjectFields(left, contested);
  }
}
