package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.json.CanonicalJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a plan was made against: a live object without what changes by itself. */
public final class LiveContent {
  private LiveContent() {}

  /**
   * The digest of everything but status and bookkeeping, so that a status that moves does not make
   * a plan stale.
   */
  public static String digest(JsonNode live) {
    ObjectNode copy = (ObjectNode) live.deepCopy();
    copy.remove("status");
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
      metadata.remove("resourceVersion");
      metadata.remove("generation");
    }
    return CanonicalJson.digest(copy).toString();
  }
}
