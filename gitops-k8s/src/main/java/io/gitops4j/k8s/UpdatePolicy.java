package io.gitops4j.k8s;

/** How an object that exists is changed. */
public enum UpdatePolicy {
  /** By server-side apply: what others set beside the desired fields stays. */
  APPLY,
  /**
   * Written as a whole: what others set vanishes, except finalizers, owner references and fields
   * that are ignored or yielded. Whether there is something to write is told by the desired fields
   * alone, so that what a controller adds again does not go back and forth.
   */
  OVERWRITE
}
