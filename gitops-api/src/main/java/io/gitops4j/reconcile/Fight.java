package io.gitops4j.reconcile;

import io.gitops4j.model.ResourceId;
import java.time.Instant;
import java.util.Objects;

/**
 * Two writers that overwrite each other in one field. Healing of the thing has stopped; a new
 * revision, or somebody who asks, begins it anew. Immutable.
 *
 * @param id of the thing
 * @param path of the field; empty when the whole thing is removed again and again
 * @param ours the name that we write as
 * @param other who else writes it, as the destination tells
 * @param heals how often it was corrected in vain
 * @param first when it was corrected first
 * @param last when it was found overwritten again
 * @param proposal a rule in Argo CD's words that leaves the field to the other
 */
public record Fight(
    ResourceId id,
    String path,
    String ours,
    String other,
    int heals,
    Instant first,
    Instant last,
    String proposal) {
  /** Checks that no part is missing. */
  public Fight {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(ours, "ours");
    Objects.requireNonNull(other, "other");
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(last, "last");
    Objects.requireNonNull(proposal, "proposal");
  }

  /**
   * The fight in words.
   *
   * @return who, over what, since when, and what can be done
   */
  public String message() {
    return "%s and %s overwrite each other in %s of %s: corrected %d times since %s, overwritten again %s. Healing it has stopped. Next: stop %s, or add to the target: %s"
        .formatted(
            ours,
            other,
            path.isEmpty() ? "the whole" : path,
            id,
            heals,
            first,
            last,
            other,
            proposal);
  }
}
