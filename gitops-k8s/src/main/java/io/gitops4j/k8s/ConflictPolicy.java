package io.gitops4j.k8s;

/** What happens where a desired field is owned by another field manager too. */
public enum ConflictPolicy {
  /** The field is taken over. */
  FORCE,
  /**
   * A value that differs is not taken over: the object fails with {@code K8S-FIELD-CONFLICT}, and
   * nothing of it is written. An equal value is shared.
   */
  FAIL,
  /** The field is not sent as long as somebody else owns it; afterwards it is ours again. */
  YIELD,
  /**
   * The live value is sent, and so owned together with whoever set it; once nobody else owns it,
   * the desired value is sent again.
   */
  ADOPT
}
