package io.gitops4j.fleet;

import io.gitops4j.error.Failure;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.util.Objects;
import java.util.Optional;

/**
 * How one cluster came out of a pass of its fleet. Immutable.
 *
 * @param cluster its name in the fleet
 * @param target the name of the target there
 * @param wave that it belongs to
 * @param state in one word
 * @param outcome of its pass: the one that wrote, if one did; empty when none ended
 * @param failure why it failed; its subject begins with the name of the cluster
 * @param message for people, why it is not well; possibly empty
 */
public record ClusterOutcome(
    String cluster,
    TargetId target,
    String wave,
    State state,
    Optional<ReconcileOutcome> outcome,
    Optional<Failure> failure,
    String message) {
  /** Checks that no part is missing. */
  public ClusterOutcome {
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(wave, "wave");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(failure, "failure");
    Objects.requireNonNull(message, "message");
  }

  /** The ends of a cluster. */
  public enum State {
    /** It has the revision and is well. */
    WELL,
    /** A gate of its own holds its plan. */
    HELD,
    /** Its pass failed, or it was not well in time. */
    FAILED,
    /** It was given the revision, and nothing is known yet, or it is not well yet. */
    UNDER_WAY,
    /** It was not its turn: a wave before it stopped, or waits. */
    NOT_REACHED
  }
}
