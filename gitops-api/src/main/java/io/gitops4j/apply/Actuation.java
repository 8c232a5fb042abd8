package io.gitops4j.apply;

/** Whether the write of a change happened. */
public enum Actuation {
  /** It happened, or there was nothing to write. */
  SUCCEEDED,
  /** It was tried and refused. */
  FAILED,
  /** It was left out on purpose, or because something before it failed. */
  SKIPPED
}
