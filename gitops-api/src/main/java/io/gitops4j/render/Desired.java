package io.gitops4j.render;

import io.gitops4j.model.Digest;
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
}
