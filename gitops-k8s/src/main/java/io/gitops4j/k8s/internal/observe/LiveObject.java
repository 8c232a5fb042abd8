package io.gitops4j.k8s.internal.observe;

import io.gitops4j.diff.LiveVersion;
import io.gitops4j.k8s.internal.client.ApiResource;
import tools.jackson.databind.JsonNode;

/**
 * An object as the server has it.
 *
 * @param tree the whole object, or only its metadata when it carries no label of ours
 */
public record LiveObject(ApiResource resource, JsonNode tree, boolean metadataOnly) {
  /** Which instance it is. */
  public String uid() {
    return tree.path("metadata").path("uid").asString("");
  }

  /** Its state, for optimistic writes. */
  public String resourceVersion() {
    return tree.path("metadata").path("resourceVersion").asString("");
  }

  /** What a plan is bound to. */
  public LiveVersion version() {
    return new LiveVersion(uid(), LiveContent.digest(tree), resourceVersion());
  }

  /** Whether somebody deleted it and finalizers hold it. */
  public boolean terminating() {
    return tree.path("metadata").has("deletionTimestamp");
  }

  /** A label's value, empty when it has none. */
  public String label(String name) {
    return tree.path("metadata").path("labels").path(name).asString("");
  }
}
