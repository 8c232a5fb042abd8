package io.gitops4j.k8s.internal.order;

/** When in a sync something has its place, in the order of a sync; the last one only after all. */
public enum Phase {
  /** Before anything is removed at the end of a target. */
  PRE_DELETE("PreDelete"),
  /** Before the objects are written. */
  PRE_SYNC("PreSync"),
  /** With the objects. */
  SYNC("Sync"),
  /** After all objects are well. */
  POST_SYNC("PostSync"),
  /** After everything was removed at the end of a target. */
  POST_DELETE("PostDelete"),
  /** When something before failed. */
  SYNC_FAIL("SyncFail");

  private final String word;

  Phase(String word) {
    this.word = word;
  }

  /** What Argo CD calls it. */
  public String word() {
    return word;
  }
}
