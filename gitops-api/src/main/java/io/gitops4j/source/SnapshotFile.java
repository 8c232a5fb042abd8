package io.gitops4j.source;

import io.gitops4j.model.Digest;
import java.util.Objects;

/**
 * A file of a snapshot. Immutable.
 *
 * @param path from the root of the tree
 * @param size in bytes
 * @param digest of the content, as the source computes it
 */
public record SnapshotFile(String path, long size, Digest digest) {
  /** Checks that no part is missing. */
  public SnapshotFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(digest, "digest");
  }
}
