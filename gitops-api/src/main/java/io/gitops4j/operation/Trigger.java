package io.gitops4j.operation;

/** What began a pass. */
public enum Trigger {
  /** A clock, a new revision, something that moved: nobody asked for this very pass. */
  AUTOMATIC,
  /** Somebody asked for it. */
  MANUAL
}
