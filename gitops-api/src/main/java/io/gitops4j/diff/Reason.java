package io.gitops4j.diff;

/** Why a change has its action. */
public enum Reason {
  /** Desired, live and last applied agree. */
  IN_SYNC,
  /** Desired and not live, and never applied before. */
  NEW,
  /** Not desired itself, but what is desired needs it; it is made, not owned, never removed. */
  PREREQUISITE,
  /** It is a hook: it runs when a sync comes to it, and is not kept. */
  HOOK,
  /** Desired differs from what was last applied: a pending change. */
  CHANGED,
  /** Live differs from what was last applied: drift. */
  DRIFTED,
  /** It was applied and has gone from the destination: drift. */
  VANISHED,
  /** It exists without an owner, and the policy takes it over. */
  ADOPTED,
  /** It came by itself, nobody owns it, and it becomes the target's with what nobody else set. */
  JOINED,
  /** Its values are as desired, but not all of them are ours yet. */
  OWNERSHIP,
  /** No longer desired. */
  REMOVED,
  /** Removed from the desired state, but the target does not prune. */
  PRUNE_DISABLED,
  /** Its own annotations say that it is left alone. */
  LEFT,
  /** Removed from the desired state, but its own annotations say that it is kept. */
  PRUNE_PROTECTED,
  /** Removed from the desired state, and waits for somebody to confirm that it may go. */
  PRUNE_UNCONFIRMED,
  /** Removed from the desired state, with so much else that somebody has to confirm it. */
  PRUNE_HELD,
  /** Removed already, or by somebody else, and not gone yet: something holds it. */
  TERMINATING,
  /** Drift, but the target only observes it. */
  DRIFT_OBSERVED,
  /** Drift, but the target does not look for it: it counts as no difference. */
  DRIFT_IGNORED,
  /** Drift that somebody else brings back each time it is corrected: healing it has stopped. */
  CONTESTED,
  /** A gate holds this change and not the others: its note says which, and until when. */
  HELD,
  /** It was not among what this pass was asked for. */
  NOT_SELECTED,
  /** Removed from the desired state, but outside of what the target may touch: it is kept. */
  NOT_PERMITTED,
  /** It exists and belongs to somebody else, or the policy takes over nothing. */
  NOT_OWNED;

  /**
   * Whether the destination moved away from what was applied.
   *
   * @return true for drift, corrected or not
   */
  public boolean drift() {
    return this == DRIFTED || this == VANISHED || this == DRIFT_OBSERVED || this == CONTESTED;
  }

  /** Whether it tells of a thing that nobody desires any more, or that goes already. */
  boolean leftover() {
    return switch (this) {
      case REMOVED,
          PRUNE_DISABLED,
          PRUNE_PROTECTED,
          PRUNE_UNCONFIRMED,
          PRUNE_HELD,
          TERMINATING,
          NOT_PERMITTED ->
          true;
      default -> false;
    };
  }
}
