package io.gitops4j.apply;

import io.gitops4j.error.Failure;
import io.gitops4j.inventory.Inventory;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What became of a plan. Immutable.
 *
 * @param results one for every change of the plan, in the plan's order
 * @param inventory what is owned now, as stored
 */
public record Outcome(List<ChangeResult> results, Inventory inventory) {
  /** Copies the results. */
  public Outcome {
    results = List.copyOf(results);
    Objects.requireNonNull(inventory, "inventory");
  }

  /**
   * Whether every write of the plan happened.
   *
   * @return true when none failed and none was left out because of a failure
   */
  public boolean complete() {
    return results.stream().noneMatch(r -> r.failure().isPresent());
  }

  /**
   * What failed. Causes come first: what was only not tried because of them follows.
   *
   * @return the failures, of equal rank in the plan's order; empty when it is {@link #complete()}
   */
  public List<Failure> failures() {
    return results.stream()
        .sorted(Comparator.comparing(r -> r.actuation() == Actuation.SKIPPED))
        .flatMap(r -> r.failure().stream())
        .toList();
  }
}
