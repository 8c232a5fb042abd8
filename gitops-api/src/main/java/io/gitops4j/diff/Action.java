package io.gitops4j.diff;

/** What a plan does with one thing. */
public enum Action {
  /** Make it. */
  CREATE,
  /** Change it where it stands. */
  UPDATE,
  /** Delete it and make it anew: an immutable field changed and the policy allows it. */
  REPLACE,
  /** Delete it. */
  DELETE,
  /** Nothing: it is as desired. */
  NONE,
  /** Nothing, though there is a difference: the reason says why. */
  SKIP;

  /**
   * Whether it writes.
   *
   * @return true for all but {@link #NONE} and {@link #SKIP}
   */
  public boolean writes() {
    return this != NONE && this != SKIP;
  }
}
