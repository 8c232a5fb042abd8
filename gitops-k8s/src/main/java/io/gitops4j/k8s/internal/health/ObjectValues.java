package io.gitops4j.k8s.internal.health;

import com.google.protobuf.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** An object as the values that expressions work on: maps, lists, Long, Double, String, Boolean. */
final class ObjectValues {
  private static final String MANAGED = "managedFields";

  private ObjectValues() {}

  /** The object without its managed fields, which are large and say nothing about health. */
  static Map<String, Object> of(JsonNode live) {
    return map(live);
  }

  private static Map<String, Object> map(JsonNode node) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      // A field that is null counts as absent, as everywhere in the Kubernetes API.
      if (!field.getValue().isNull() && !field.getKey().equals(MANAGED)) {
        map.put(field.getKey(), value(field.getValue()));
      }
    }
    return map;
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      return map(node);
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>(node.size());
      node.forEach(item -> list.add(value(item)));
      return list;
    }
    if (node.isBoolean()) {
      return node.asBoolean();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.asLong();
    }
    if (node.isNumber()) {
      return node.asDouble();
    }
    return node.isNull() ? NullValue.NULL_VALUE : node.asString("");
  }
}
