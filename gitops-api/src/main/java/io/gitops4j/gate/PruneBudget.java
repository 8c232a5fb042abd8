package io.gitops4j.gate;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.KindName;
import io.gitops4j.operation.OperationContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds a plan that takes away more than a target may lose at once. A replacement counts as a
 * removal, something that has gone already does not. Immutable.
 *
 * @param maxCount the most removals in one plan, zero or more
 * @param maxShare the largest part of what is at stake ({@link Plan#atStake()}) that one plan may
 *     remove, from 0 to 1
 * @param maxPerKind the most removals of single kinds, such as {@code StatefulSet} or {@code
 *     aws_db_instance}, zero or more; kinds that are not named have no limit of their own
 */
public record PruneBudget(int maxCount, double maxShare, Map<KindName, Integer> maxPerKind)
    implements Gate {
  private static final int NAMED = 10;

  /**
   * Checks the bounds.
   *
   * @throws ConfigurationException when one is out of range
   */
  public PruneBudget {
    maxPerKind = Map.copyOf(maxPerKind);
    if (maxCount < 0
        || !(maxShare >= 0 && maxShare <= 1)
        || maxPerKind.values().stream().anyMatch(m -> m < 0)) {
      throw new ConfigurationException(
          "prune budget", List.of("no count may be negative, maxShare is from 0 to 1"));
    }
  }

  /**
   * A budget without limits for single kinds.
   *
   * @param maxCount the most removals in one plan, zero or more
   * @param maxShare the largest part of what is owned that one plan may remove, from 0 to 1
   * @throws ConfigurationException when one is out of range
   */
  public PruneBudget(int maxCount, double maxShare) {
    this(maxCount, maxShare, Map.of());
  }

  /**
   * The same budget, with a limit for one kind.
   *
   * @param kind such as {@code StatefulSet}, {@code apps/StatefulSet} or {@code aws_db_instance}
   * @param max the most removals of it in one plan, zero or more
   * @return the other budget
   * @throws ConfigurationException when it is negative
   * @throws IllegalArgumentException when the kind is written wrongly, see {@link KindName}
   */
  public PruneBudget atMost(int max, String kind) {
    Map<KindName, Integer> more = new TreeMap<>(maxPerKind);
    more.put(KindName.of(kind), max);
    return new PruneBudget(maxCount, maxShare, more);
  }

  @Override
  public GateDecision decide(Plan<?> plan, OperationContext context) {
    List<Change> removals = plan.changes().stream().filter(Change::removes).toList();
    int atStake = plan.atStake();
    if (removals.size() > maxCount) {
      return held("%d things, the budget is %d", removals, removals.size(), maxCount);
    }
    if (removals.size() > maxShare * atStake) {
      return held(
          "%d of %d things, the budget is %d %%",
          removals, removals.size(), atStake, Math.round(maxShare * 100));
    }
    for (Map.Entry<KindName, Integer> limit : new TreeMap<>(maxPerKind).entrySet()) {
      List<Change> ofKind = removals.stream().filter(c -> limit.getKey().names(c.id())).toList();
      if (ofKind.size() > limit.getValue()) {
        return held(
            "%d of kind %s, the budget is %d",
            ofKind, ofKind.size(), limit.getKey(), limit.getValue());
      }
    }
    return GateDecision.allowed();
  }

  private static GateDecision held(String text, List<Change> removals, Object... values) {
    String names =
        removals.stream()
            .limit(NAMED)
            .map(c -> c.id().toString())
            .collect(Collectors.joining(", "));
    String more = removals.size() > NAMED ? " and %d more".formatted(removals.size() - NAMED) : "";
    return GateDecision.held(
        "it removes " + text.formatted(values) + ": " + names + more + "; raise the budget");
  }
}
