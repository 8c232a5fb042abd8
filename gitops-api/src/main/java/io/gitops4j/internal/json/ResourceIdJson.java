package io.gitops4j.internal.json;

import io.gitops4j.model.ResourceId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which thing a record speaks of, as fields of its JSON: the same in every store. */
public final class ResourceIdJson {
  private ResourceIdJson() {}

  /**
   * Puts it beside what else there is.
   *
   * @return the same node
   */
  public static ObjectNode write(ResourceId id, ObjectNode to) {
    return to.put("group", id.group())
        .put("kind", id.kind())
        .put("namespace", id.namespace())
        .put("name", id.name());
  }

  /** What {@link #write} wrote. */
  public static ResourceId read(JsonNode node) {
    return new ResourceId(
        node.path("group").asString(""),
        node.path("kind").asString(""),
        node.path("namespace").asString(""),
        node.path("name").asString(""));
  }
}
