package io.gitops4j.fleet;

import io.gitops4j.model.Revision;

/** Something that a rollout decided. */
sealed interface RolloutAction {
  /**
   * From now on the cluster may have this revision: run a pass. One that is still running is about
   * an older one.
   */
  record Give(String cluster, Revision revision) implements RolloutAction {}

  /** Run a pass to see how well it is. */
  record Check(String cluster) implements RolloutAction {}

  /** It took too long; a pass that still runs counts no more. */
  record GaveUp(String cluster, Lack of, String why) implements RolloutAction {}

  /** What a cluster did not give in time. */
  enum Lack {
    /** The end of a pass. */
    ANSWER,
    /** Health of what was applied. */
    HEALTH
  }

  /** Ask the gate behind a wave. */
  record Ask(int wave, Revision revision) implements RolloutAction {}

  /** A wave has proven a revision. */
  record Proven(int wave, Revision revision) implements RolloutAction {}

  /** Too many of a wave failed: no further cluster gets the revision. */
  record Stopped(int wave, Revision revision, String why) implements RolloutAction {}

  /** A newer revision came before all clusters had the older one. */
  record Superseded(Revision older, Revision newer) implements RolloutAction {}
}
