package io.gitops4j.k8s;

/**
 * What happens when a field changed that cannot change on a living object. That it is such a field
 * is known when the server refuses the update as invalid, takes the same object as a new one, and
 * either says of every field that it is immutable or would take the changed object as a new one
 * too. Anything else is an invalid manifest, which never deletes anything.
 */
public enum ReplacePolicy {
  /** The object fails with {@code K8S-IMMUTABLE}. */
  NEVER,
  /**
   * The object is deleted and made anew, planned as {@link io.gitops4j.diff.Action#REPLACE}; one of
   * a protected kind still fails.
   */
  IMMUTABLE
}
