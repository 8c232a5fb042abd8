package io.gitops4j.error;

/** The stage of a pass that an error belongs to. */
public enum Stage {
  /** Reading options and manifests that describe the target. */
  CONFIGURE,
  /** Getting a revision. */
  SOURCE,
  /** Turning a snapshot into the desired state. */
  RENDER,
  /** Comparing desired and live. */
  DIFF,
  /** Deciding whether a plan may go on. */
  GATE,
  /** Writing. */
  APPLY,
  /** Asking how well the live objects are. */
  HEALTH,
  /** Loading or saving what is owned. */
  INVENTORY,
  /** The pass as a whole, outside of its stages: of whoever runs it. */
  PASS
}
