package io.gitops4j.fleet;

import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import java.time.Instant;

/** Something that happened in a fleet. Immutable. */
public sealed interface FleetEvent {
  /**
   * Whose.
   *
   * @return the name of the fleet
   */
  TargetId fleet();

  /**
   * When, by the fleet's clock.
   *
   * @return the instant
   */
  Instant time();

  /**
   * It is known how a cluster came out. May be told again when that changes while its wave has to
   * stay well.
   *
   * @param fleet whose
   * @param time when
   * @param outcome of the cluster
   */
  record Ended(TargetId fleet, Instant time, ClusterOutcome outcome) implements FleetEvent {}

  /**
   * A wave has proven a revision: the next one gets it, unless a gate holds it.
   *
   * @param fleet whose
   * @param time when
   * @param wave which
   * @param revision that all of it has
   */
  record Proven(TargetId fleet, Instant time, Wave wave, Revision revision) implements FleetEvent {}

  /**
   * Too many clusters of a wave failed: no further cluster gets the revision.
   *
   * @param fleet whose
   * @param time when
   * @param wave which
   * @param revision that failed
   * @param reason which clusters, and why
   */
  record Stopped(TargetId fleet, Instant time, Wave wave, Revision revision, String reason)
      implements FleetEvent {}

  /**
   * The gate behind a wave is closed.
   *
   * @param fleet whose
   * @param time when
   * @param wave that has proven the revision
   * @param revision that waits
   * @param reason as the gate says it
   */
  record Held(TargetId fleet, Instant time, Wave wave, Revision revision, String reason)
      implements FleetEvent {}

  /**
   * A newer revision came before all clusters had the older one; it begins at the first wave.
   *
   * @param fleet whose
   * @param time when
   * @param older revision, which no further cluster gets
   * @param newer revision
   */
  record Superseded(TargetId fleet, Instant time, Revision older, Revision newer)
      implements FleetEvent {}
}
