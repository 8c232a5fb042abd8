package io.gitops4j.inventory;

import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.util.Objects;
import java.util.Optional;

/**
 * One thing that a target owns, or is about to create. Immutable.
 *
 * @param id its identity, without a version
 * @param apiVersion the version it was last applied in, to find it again
 * @param desired the digest of the desired state last applied; empty until an apply succeeded
 * @param fingerprint of the fields that are ours as they were after that apply; empty until an
 *     apply succeeded
 * @param uid what the destination calls this very instance; empty until an apply succeeded
 */
public record InventoryEntry(
    ResourceId id,
    String apiVersion,
    Optional<Digest> desired,
    Optional<Digest> fingerprint,
    Optional<String> uid) {
  /** Checks that no part is missing. */
  public InventoryEntry {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(apiVersion, "apiVersion");
    Objects.requireNonNull(desired, "desired");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(uid, "uid");
  }

  /**
   * An entry written ahead of the first apply, so that a crash leaves nothing unowned.
   *
   * @param id its identity
   * @param apiVersion the version it will be applied in
   * @return an entry that matches no live state yet
   */
  public static InventoryEntry planned(ResourceId id, String apiVersion) {
    return new InventoryEntry(id, apiVersion, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
