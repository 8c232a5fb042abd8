package io.gitops4j.k8s;

import io.gitops4j.model.ResourceId;
import java.util.Optional;

/**
 * What a target may touch. It is asked for every object before the first request about any: what is
 * desired, hooks among it, what would be removed, the namespace that would be made; and once more
 * before each write, because it may have changed since the plan was made. Thread-safe, fast: it is
 * asked often, for every object of every pass.
 */
@FunctionalInterface
public interface ObjectPermissions {
  /**
   * Why an object must not be touched.
   *
   * @param id of the object; its namespace is empty if and only if it lives in none
   * @return for people: which rule says so, and what would allow it; empty when it may be touched
   */
  Optional<String> refusal(ResourceId id);

  /**
   * Both hold.
   *
   * @param other what is asked where these allow
   * @return the permissions
   */
  default ObjectPermissions and(ObjectPermissions other) {
    return id -> refusal(id).or(() -> other.refusal(id));
  }

  /**
   * Everything may be touched: what the cluster itself allows is another question.
   *
   * @return the permissions of a target that nobody restricts
   */
  static ObjectPermissions all() {
    return id -> Optional.empty();
  }
}
