package io.gitops4j.reconcile;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.operation.Trigger;
import io.gitops4j.render.Desired;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a target may do on its own. Immutable.
 *
 * @param prune what happens to what is no longer desired
 * @param drift what happens to what moved in the destination
 * @param empty what happens when the desired state comes out empty
 * @param shrink how much may leave the desired state at once without being asked
 */
public record SyncPolicy(Prune prune, Drift drift, Empty empty, Shrink shrink) {
  /** What happens to what is no longer desired. */
  public enum Prune {
    /** It is removed. */
    REMOVE,
    /** It is removed once a {@link PruneConfirmation} says so. */
    CONFIRM,
    /** It stays, owned and reported. */
    KEEP
  }

  /** What happens to what moved in the destination. */
  public enum Drift {
    /** It is brought back: self-heal. */
    CORRECT,
    /** It is reported. */
    OBSERVE,
    /**
     * It is reported, and brought back by a pass that somebody asked for, or that has something
     * else to write: a new revision is applied as a whole.
     */
    ON_REQUEST,
    /** It is not looked for: it counts as no difference, until a revision changes the thing. */
    OFF
  }

  /** What happens when the desired state comes out empty while something is owned. */
  public enum Empty {
    /** The pass fails and nothing is removed. */
    REFUSE,
    /** Everything owned is removed. */
    ALLOW
  }

  /**
   * How much may leave the desired state at once. A render that lost most of what it had is more
   * often a mistake than a wish: what would be removed then stays until a {@link
   * io.gitops4j.gate.PruneConfirmation} says otherwise, and the rest of the plan goes on. A desired
   * state that is empty is for {@link Empty}.
   *
   * @param maxShare the largest part of what is at stake ({@link Plan#atStake()}) that may be
   *     removed, from 0 to 1
   * @param atLeast fewer removals than this are never held, so that small targets may change
   */
  public record Shrink(double maxShare, int atLeast) {
    /**
     * Checks the bounds.
     *
     * @throws ConfigurationException when one is out of range
     */
    public Shrink {
      if (!(maxShare >= 0 && maxShare <= 1) || atLeast < 0) {
        throw new ConfigurationException(
            "shrink guard", List.of("maxShare is from 0 to 1, atLeast not negative"));
      }
    }

    /**
     * Holds when more than half of what is owned would go, five or more.
     *
     * @return the guard of a target that says nothing else
     */
    public static Shrink standard() {
      return new Shrink(0.5, 5);
    }

    /**
     * Holds nothing.
     *
     * @return the guard that is switched off
     */
    public static Shrink off() {
      return new Shrink(1, 0);
    }

    boolean holds(long removals, int atStake) {
      return removals >= atLeast && removals > maxShare * atStake;
    }
  }

  /** Checks that no part is missing. */
  public SyncPolicy {
    Objects.requireNonNull(prune, "prune");
    Objects.requireNonNull(drift, "drift");
    Objects.requireNonNull(empty, "empty");
    Objects.requireNonNull(shrink, "shrink");
  }

  /**
   * A policy with the standard guard against shrinking.
   *
   * @param prune what happens to what is no longer desired
   * @param drift what happens to what moved in the destination
   * @param empty what happens when the desired state comes out empty
   */
  public SyncPolicy(Prune prune, Drift drift, Empty empty) {
    this(prune, drift, empty, Shrink.standard());
  }

  /**
   * Removes, heals, refuses an empty desired state and holds what shrinks by more than half.
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
    return new SyncPolicy(rule, drift, empty, shrink);
  }

  /**
   * The policy with another rule for drift.
   *
   * @param rule the rule
   * @return the other policy
   */
  public SyncPolicy withDrift(Drift rule) {
    return new SyncPolicy(prune, rule, empty, shrink);
  }

  /**
   * The policy with another rule for an empty desired state.
   *
   * @param rule the rule
   * @return the other policy
   */
  public SyncPolicy withEmpty(Empty rule) {
    return new SyncPolicy(prune, drift, rule, shrink);
  }

  /**
   * The policy with another guard against shrinking.
   *
   * @param rule the guard
   * @return the other policy
   */
  public SyncPolicy withShrink(Shrink rule) {
    return new SyncPolicy(prune, drift, empty, rule);
  }

  /** Takes out of a plan what the policy leaves alone, and what nobody confirmed. */
  <D extends Desired> Plan<D> restrict(
      Plan<D> plan, PruneConfirmation confirmation, Trigger trigger) {
    boolean onlyDrift =
        plan.changes().stream().filter(c -> c.action().writes()).allMatch(c -> c.reason().drift());
    // Nothing can be taken out of the middle of a whole plan: what it removes is for held().
    if (plan.desired().grain() == Desired.Grain.WHOLE && !onlyDrift) {
      return plan;
    }
    Plan<D> restricted = restrict(plan, confirmation, drift);
    boolean observed =
        drift == Drift.ON_REQUEST
            && trigger != Trigger.MANUAL
            && restricted.changes().stream().noneMatch(SyncPolicy::pending);
    return observed ? restrict(plan, confirmation, Drift.OBSERVE) : restricted;
  }

  private <D extends Desired> Plan<D> restrict(
      Plan<D> plan, PruneConfirmation confirmation, Drift rule) {
    return new Removals(this, confirmation)
        .restrict(plan.mapChanges(change -> restrict(change, rule)));
  }

  /**
   * Whether a change is one of what is desired. Not all that is no drift is: a namespace is made
   * anew, and what is as desired already is taken, without a new revision.
   */
  private static boolean pending(Change change) {
    return change.action().writes()
        && switch (change.reason()) {
          case NEW, CHANGED, ADOPTED, JOINED, REMOVED -> true;
          default -> false;
        };
  }

  /** Why a plan that the policy could not restrict must not be applied. */
  Optional<String> held(Plan<?> plan, PruneConfirmation confirmation) {
    long removals = plan.changes().stream().filter(c -> c.action() == Action.DELETE).count();
    if (prune == Prune.KEEP && removals > 0) {
      return Optional.of(
          "it removes "
              + removals
              + " things, pruning is off, and the plan can only be applied as a whole");
    }
    return plan.desired().grain() == Desired.Grain.WHOLE
        ? new Removals(this, confirmation).held(plan)
        : Optional.empty();
  }

  private Change restrict(Change change, Drift rule) {
    boolean removal = change.action() == Action.DELETE && change.reason() == Reason.REMOVED;
    if (prune == Prune.KEEP && (removal || change.reason() == Reason.PRUNE_UNCONFIRMED)) {
      return change.skipped(
          Reason.PRUNE_DISABLED, "no longer desired; kept because pruning is off");
    }
    if (!change.action().writes() || !change.reason().drift()) {
      return change;
    }
    return switch (rule) {
      case CORRECT, ON_REQUEST -> change;
      case OBSERVE ->
          change.skipped(
              Reason.DRIFT_OBSERVED,
              drift == Drift.ON_REQUEST
                  ? "drift; left alone because self-heal is off and nobody asked for a sync"
                  : "drift; left alone because self-heal is off");
      case OFF -> change.uncounted("drift; the target does not look for it");
    };
  }
}
