package io.gitops4j.render;

import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;

/** The desired state of a target, as one revision says it. Immutable. */
public interface Desired {
  /**
   * The one revision it was rendered from.
   *
   * @return the revision
   */
  Revision revision();

  /**
   * The digest of the content: equal for equal content, whatever the revision or the order of
   * files.
   *
   * @return the digest
   */
  Digest digest();

  /**
   * Whether it asks for nothing at all. A target removes everything it owns only with explicit
   * permission.
   *
   * @return true when nothing is desired
   */
  boolean isEmpty();

  /** What of a plan can be left out. */
  enum Grain {
    /** Any change: each is applied by itself, as with objects of a cluster. */
    EACH,
    /** Nothing: the plan is applied as it is or not at all, as a saved plan of Terraform is. */
    WHOLE
  }

  /**
   * What of a plan for this can be left out.
   *
   * @return {@link Grain#EACH} unless a kind says otherwise
   */
  default Grain grain() {
    return Grain.EACH;
  }

  /**
   * Whether a thing takes part in every pass, also in one that was asked for others only: a hook.
   *
   * @param id of the thing, desired or not
   * @return false unless a kind says otherwise
   */
  default boolean takesPartAlways(ResourceId id) {
    return false;
  }

  /**
   * The same state without what is run once for a sync and is not part of it.
   *
   * @return a state of the same kind; this one unless a kind has hooks
   */
  default Desired withoutHooks() {
    return this;
  }
}
