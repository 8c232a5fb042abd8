package io.gitops4j.controller;

/** What a target is doing. */
public enum TargetPhase {
  /** Its next pass is not due. */
  IDLE,
  /** Its pass is due, and a worker is not free yet. */
  QUEUED,
  /** Its pass is due, and another target has to be ready first. */
  BLOCKED,
  /** A pass runs. */
  RUNNING,
  /** Somebody stopped it for a while. */
  SUSPENDED,
  /** Another replica has the right to write it. */
  STANDBY
}
