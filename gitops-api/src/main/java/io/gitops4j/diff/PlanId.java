package io.gitops4j.diff;

import io.gitops4j.model.Digest;
import java.util.Objects;

/**
 * The identity of a plan: the digest of what it does to which live state. Two plans of one id do
 * the same. Immutable.
 *
 * @param digest of the plan
 */
public record PlanId(Digest digest) {
  /** Checks that the digest is there. */
  public PlanId {
    Objects.requireNonNull(digest, "digest");
  }

  @Override
  public String toString() {
    return digest.toString();
  }
}
