package io.gitops4j.fleet;

import io.gitops4j.model.Revision;
import java.util.Optional;

/** Something that a rollout decides on. */
sealed interface RolloutEvent {
  /** The source stands there now. */
  record Head(Revision revision) implements RolloutEvent {}

  /**
   * What a cluster's own record says.
   *
   * @param at the revision that it was given last
   * @param wroteAt when something was last written to it
   */
  record Recorded(String cluster, Optional<Revision> at, Optional<Long> wroteAt)
      implements RolloutEvent {}

  /** Another replica may have changed the cluster since: nothing is known of it. */
  record Forgotten(String cluster) implements RolloutEvent {}

  /** A pass has begun: from now on its time counts. */
  record Began(String cluster) implements RolloutEvent {}

  /** A pass ended that learned of no revision. */
  record Ended(String cluster) implements RolloutEvent {}

  /** No pass can begin, whoever has a worker for it: from now on its time counts, too. */
  record Hindered(String cluster) implements RolloutEvent {}

  /** Passes can begin again. */
  record Freed(String cluster) implements RolloutEvent {}

  /**
   * A pass ended.
   *
   * @param revision that it was about
   * @param wrote whether it changed something
   * @param why it is not well; empty when it is
   */
  record Saw(String cluster, Revision revision, Sight sight, boolean wrote, String why)
      implements RolloutEvent {}

  /** How a cluster was found by a pass. */
  enum Sight {
    /** It is at the revision, and well. */
    WELL,
    /** It is at the revision, and not well yet. */
    UNWELL,
    /** A gate of its own holds it. */
    HELD,
    /** The pass failed. */
    FAILED
  }

  /** What the gate behind a wave says; empty when it is open. */
  record Answered(int wave, Revision revision, Optional<String> held) implements RolloutEvent {}

  /** The source stands there; everything is looked at once more, from the first wave on. */
  record Anew(Revision revision) implements RolloutEvent {}

  /** Time passed. */
  record Tick() implements RolloutEvent {}
}
