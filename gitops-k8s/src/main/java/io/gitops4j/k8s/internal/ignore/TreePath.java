package io.gitops4j.k8s.internal.ignore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Paths in a tree: names as strings, positions as integers. */
final class TreePath {
  private TreePath() {}

  /** What an RFC 6901 pointer names, where it exists. */
  static Optional<List<Object>> ofPointer(String pointer, JsonNode tree) {
    List<Object> path = new ArrayList<>();
    JsonNode at = tree;
    for (String part : pointer.substring(1).split("/", -1)) {
      String name = part.replace("~1", "/").replace("~0", "~");
      if (at.isArray()) {
        if (!name.matches("\\d{1,9}")) {
          return Optional.empty();
        }
        path.add(Integer.valueOf(name));
      } else {
        path.add(name);
      }
      at = step(at, path.get(path.size() - 1));
    }
    return at.isMissingNode() ? Optional.empty() : Optional.of(path);
  }

  static JsonNode get(JsonNode tree, List<Object> path) {
    JsonNode at = tree;
    for (Object step : path) {
      at = step(at, step);
    }
    return at;
  }

  static JsonNode step(JsonNode at, Object step) {
    return step instanceof Integer position ? at.path(position) : at.path((String) step);
  }

  static void remove(JsonNode tree, List<Object> path) {
    JsonNode parent = get(tree, path.subList(0, path.size() - 1));
    Object last = path.get(path.size() - 1);
    if (parent instanceof ArrayNode list && last instanceof Integer position) {
      if (position < list.size()) {
        list.remove(position);
      }
    } else if (parent instanceof ObjectNode object && last instanceof String name) {
      object.remove(name);
    }
  }

  static void set(JsonNode tree, List<Object> path, JsonNode value) {
    JsonNode parent = get(tree, path.subList(0, path.size() - 1));
    Object last = path.get(path.size() - 1);
    if (parent instanceof ArrayNode list && last instanceof Integer position) {
      list.set(position, value);
    } else if (parent instanceof ObjectNode object && last instanceof String name) {
      object.set(name, value);
    }
  }

  /** The same place in another tree, where it exists: items are found by name, or by value. */
  static Optional<List<Object>> translate(List<Object> path, JsonNode from, JsonNode to) {
    List<Object> there = new ArrayList<>();
    JsonNode source = from;
    JsonNode target = to;
    for (Object step : path) {
      Object same = step instanceof Integer p ? position(source.path(p), p, target) : step;
      there.add(same);
      source = step(source, step);
      target = step(target, same);
    }
    return target.isMissingNode() ? Optional.empty() : Optional.of(there);
  }

  private static int position(JsonNode item, int position, JsonNode list) {
    JsonNode name = item.path("name");
    for (int i = 0; i < list.size(); i++) {
      JsonNode other = list.get(i);
      if (name.isString() ? other.path("name").equals(name) : other.equals(item)) {
        return i;
      }
    }
    // Without a name an item is told by its place only; with one that is not there it is missing.
    return name.isString() ? list.size() : position;
  }

  /** A path as plans show it: items that have names by their name. */
  static String shown(List<Object> path, JsonNode tree) {
    StringBuilder shown = new StringBuilder();
    JsonNode at = tree;
    for (Object step : path) {
      at = step(at, step);
      if (step instanceof Integer position) {
        JsonNode name = at.path("name");
        shown.append(name.isString() ? "[name=" + name.asString() + "]" : "[" + position + "]");
      } else if (step.toString().matches("[A-Za-z0-9_-]+")) {
        shown.append(shown.isEmpty() ? "" : ".").append(step);
      } else {
        shown.append("[\"").append(step).append("\"]");
      }
    }
    return shown.toString();
  }

  /** The value at a path, as a copy that can be put elsewhere. */
  static JsonNode copy(JsonNode tree, List<Object> path) {
    JsonNode value = get(tree, path);
    return value.isMissingNode() ? MissingNode.getInstance() : value.deepCopy();
  }
}
