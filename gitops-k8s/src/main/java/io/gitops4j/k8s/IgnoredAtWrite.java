package io.gitops4j.k8s;

/** What becomes of an ignored field when its object is written because of another one. */
public enum IgnoredAtWrite {
  /** It stays as it is. */
  LEAVE,
  /**
   * It is set to the desired value, as Argo CD does with {@code RespectIgnoreDifferences=false}.
   */
  SET
}
