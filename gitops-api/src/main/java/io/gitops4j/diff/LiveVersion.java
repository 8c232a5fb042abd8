package io.gitops4j.diff;

import java.util.Objects;

/**
 * Which instance and state of a live thing was compared. A plan is stale once it moved. Immutable.
 *
 * @param uid of the instance
 * @param version of its state, opaque: a Kubernetes resourceVersion, a Terraform state serial
 */
public record LiveVersion(String uid, String version) {
  /** Checks that no part is missing. */
  public LiveVersion {
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(version, "version");
  }
}
