package io.gitops4j.k8s.internal.observe;

import io.gitops4j.diff.LiveVersion;
import io.gitops4j.k8s.internal.client.ApiResource;
import tools.jackson.databind.JsonNode;

/** An object as the server has it, whole. */
public record LiveObject(ApiResource resource, JsonNode tree) {
  /** What a plan is bound to. */
  public LiveVersion version() {
    return new LiveVersion(
        tree.path("metadata").path("uid").asString(""),
        LiveContent.digest(tree),
        tree.path("metadata").path("resourceVersion").asString(""));
  }
}
