package io.gitops4j.fleet;

import io.gitops4j.error.Failure;
import io.gitops4j.model.Revision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a pass of a fleet ended. Immutable.
 *
 * @param kind in one word
 * @param revision that was rolled out, the same for all clusters; empty when the source could not
 *     say
 * @param clusters the outcome of each by its name, in the order of the waves
 * @param failure why there was no rollout at all
 * @param message for people, why not every cluster has the revision; possibly empty
 */
public record FleetOutcome(
    Kind kind,
    Optional<Revision> revision,
    Map<String, ClusterOutcome> clusters,
    Optional<Failure> failure,
    String message) {
  /** Copies the outcomes, in their order. */
  public FleetOutcome {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(revision, "revision");
    clusters = Collections.unmodifiableMap(new LinkedHashMap<>(clusters));
    Objects.requireNonNull(failure, "failure");
    Objects.requireNonNull(message, "message");
  }

  /** The ends of a pass of a fleet. */
  public enum Kind {
    /** Every cluster has the revision and is well. */
    COMPLETE,
    /** Every wave had its turn; some clusters failed, no more than may. */
    INCOMPLETE,
    /** It goes on. */
    UNDER_WAY,
    /** A gate holds a wave or a cluster. */
    HELD,
    /** More clusters of a wave failed than may: later waves did not get the revision. */
    STOPPED,
    /** The source gave no revision, or the pass was cancelled or ran out of time. */
    FAILED
  }

  /**
   * The clusters that are in a state.
   *
   * @param state which
   * @return their names, in the order of the waves
   */
  public List<String> in(ClusterOutcome.State state) {
    List<String> names = new ArrayList<>();
    clusters.forEach(
        (name, outcome) -> {
          if (outcome.state() == state) {
            names.add(name);
          }
        });
    return names;
  }
}
