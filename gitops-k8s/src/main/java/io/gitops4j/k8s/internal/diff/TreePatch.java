package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.FieldChange;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes differences in a tree: what a reader of their JSON Patch does. */
final class TreePatch {
  private TreePatch() {}

  /** Makes them, one after the other. */
  static void apply(List<FieldChange> fields, ObjectNode tree) {
    for (FieldChange field : fields) {
      JsonPointer place = JsonPointer.compile(field.pointer().orElseThrow());
      JsonNode parent = tree.at(place.head());
      if (field.after().isEmpty()) {
        remove(parent, place.last());
      } else {
        set(parent, place.last(), KubeHttp.JSON.readTree(field.after().get()), field);
      }
    }
  }

  private static void remove(JsonNode parent, JsonPointer last) {
    if (parent instanceof ArrayNode list) {
      list.remove(last.getMatchingIndex());
    } else {
      ((ObjectNode) parent).remove(last.getMatchingProperty());
    }
  }

  private static void set(JsonNode parent, JsonPointer last, JsonNode value, FieldChange field) {
    if (parent instanceof ObjectNode object) {
      object.set(last.getMatchingProperty(), value);
    } else if (field.before().isEmpty()) {
      ((ArrayNode) parent).insert(last.getMatchingIndex(), value);
    } else {
      ((ArrayNode) parent).set(last.getMatchingIndex(), value);
    }
  }
}
