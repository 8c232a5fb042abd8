package io.gitops4j.diff;

import java.util.Objects;

/**
 * Which instance and state of a live thing was compared. A plan is stale once it moved. Immutable.
 *
 * @param uid of the instance
 * @param content digest of what was compared, without what changes by itself, such as a status
 * @param version of its state for optimistic writes, opaque: a Kubernetes resourceVersion, a
 *     Terraform state serial
 */
public record LiveVersion(String uid, String content, String version) {
  /** Checks that no part is missing. */
  public LiveVersion {
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(version, "version");
  }
}
