package io.gitops4j.diff;

/** What a destination said of a change when it was tried without being made. */
public enum Rehearsal {
  /** It takes the change, or it was not asked. */
  TAKEN,
  /**
   * It refuses the change as things are. The change is tried nevertheless: what is applied before
   * it may be what it lacks.
   */
  REFUSED,
  /**
   * It refuses the change, because a field cannot change on a living thing. The change is not tried
   * where nothing that is applied before it can be what it lacks.
   */
  IMPOSSIBLE,
  /** Somebody whom it has to ask did not answer: what nobody has seen is not done. */
  UNKNOWN
}
