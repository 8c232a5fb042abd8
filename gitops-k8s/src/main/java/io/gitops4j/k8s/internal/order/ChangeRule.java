package io.gitops4j.k8s.internal.order;

/**
 * One rule of kapp: what is done to its object comes before or after what is done to a group.
 *
 * @param own what is done to the object that has the rule
 * @param after whether that comes after the group, else before
 * @param other what is done to the group
 * @param group which objects
 * @param annotation that says so
 */
public record ChangeRule(
    Operation own, boolean after, Operation other, String group, String annotation) {
  /** What can be done to an object. */
  public enum Operation {
    /** Created or changed. */
    UPSERT,
    /** Removed. */
    DELETE
  }
}
