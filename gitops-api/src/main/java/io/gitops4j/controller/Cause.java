package io.gitops4j.controller;

/** Why a target is asked for. */
enum Cause {
  /** Somebody asked for it: ends quarantine and every wait. */
  REQUEST,
  /** Its repository may have moved: a hint, not a command. */
  REPOSITORY,
  /** Another target found its repository moved. */
  SIBLING,
  /** Something that it depends on was applied: what it reads from there may have changed. */
  INPUT,
  /** Something that it owns moved in its destination. */
  MOVED;

  /** Whether there may be a newer revision. */
  boolean mayBeNewer() {
    return this == REQUEST || this == REPOSITORY || this == SIBLING;
  }
}
