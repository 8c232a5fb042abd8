package io.gitops4j.k8s;

import java.util.List;
import java.util.Objects;

/**
 * What happens with fields that somebody else owns too. Immutable.
 *
 * @param otherwise where no rule matches
 * @param rules the first that matches holds
 */
public record Conflicts(ConflictPolicy otherwise, List<ConflictRule> rules) {
  /** Copies the rules. */
  public Conflicts {
    Objects.requireNonNull(otherwise, "otherwise");
    rules = List.copyOf(rules);
  }
}
