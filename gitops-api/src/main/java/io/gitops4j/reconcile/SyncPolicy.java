package io.gitops4j.reconcile;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.render.Desired;
import java.util.Objects;
import java.util.Optional;

/**
 * What a target may do on its own. Immutable.
 *
 * @param prune what happens to what is no longer desired
 * @param drift what happens to what moved in the destination
 * @param empty what happens when the desired state comes out empty
 */
public record SyncPolicy(Prune prune, Drift drift, Empty empty) {
  /** What happens to what is no longer desired. */
  public enum Prune {
    /** It is removed. */
    REMOVE,
    /** It stays, owned and reported. */
    KEEP
  }

  /** What happens to what moved in the destination. */
  public enum Drift {
    /** It is brought back: self-heal. */
    CORRECT,
    /** It is reported. */
    OBSERVE
  }

  /** What happens when the desired state comes out empty while something is owned. */
  public enum Empty {
    /** The pass fails and nothing is removed. */
    REFUSE,
    /** Everything owned is removed. */
    ALLOW
  }

  /** Checks that no part is missing. */
  public SyncPolicy {
    Objects.requireNonNull(prune, "prune");
    Objects.requireNonNull(drift, "drift");
    Objects.requireNonNull(empty, "empty");
  }

  /**
   * Removes, heals, and refuses an empty desired state.
   *
   * @return the policy of a target that says nothing else
   */
  public static SyncPolicy standard() {
    return new SyncPolicy(Prune.REMOVE, Drift.CORRECT, Empty.REFUSE);
  }

  /**
   * The policy with another rule for what is no longer desired.
   *
   * @param rule the rule
   * @return the other policy
   */
  public SyncPolicy withPrune(Prune rule) {
    return new SyncPolicy(rule, drift, empty);
  }

  /**
   * The policy with another rule for drift.
   *
   * @param rule the rule
   * @return the other policy
   */
  public SyncPolicy withDrift(Drift rule) {
    return new SyncPolicy(prune, rule, empty);
  }

  /**
   * The policy with another rule for an empty desired state.
   *
   * @param rule the rule
   * @return the other policy
   */
  public SyncPolicy withEmpty(Empty rule) {
    return new SyncPolicy(prune, drift, rule);
  }

  /** Takes out of a plan what the policy leaves alone. */
  <D extends Desired> Plan<D> restrict(Plan<D> plan) {
    boolean onlyDrift =
        plan.changes().stream().filter(c -> c.action().writes()).allMatch(c -> c.reason().drift());
    // Nothing can be taken out of the middle of a whole plan: what it removes is for held().
    return plan.desired().grain() == Desired.Grain.EACH || onlyDrift
        ? plan.mapChanges(this::restrict)
        : plan;
  }

  /** Why a plan that the policy could not restrict must not be applied. */
  Optional<String> held(Plan<?> plan) {
    long removals = plan.changes().stream().filter(c -> c.action() == Action.DELETE).count();
    return prune == Prune.KEEP && removals > 0
        ? Optional.of(
            "it removes "
                + removals
                + " things, pruning is off, and the plan can only be applied as a whole")
        : Optional.empty();
  }

  private Change restrict(Change change) {
    if (prune == Prune.KEEP
        && change.action() == Action.DELETE
        && change.reason() == Reason.REMOVED) {
      return change.skipped(
          Reason.PRUNE_DISABLED, "no longer desired; kept because pruning is off");
    }
    if (drift == Drift.OBSERVE && change.action().writes() && change.reason().drift()) {
      return change.skipped(Reason.DRIFT_OBSERVED, "drift; left alone because self-heal is off");
    }
    return change;
  }
}
