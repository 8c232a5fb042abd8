package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.FieldChange;
import io.gitops4j.k8s.internal.observe.FieldOwners;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** The differences between a live object and what the server would make of it, field by field. */
final class TreeDiff {
  /** What the server keeps for itself. */
  private static final Set<String> SERVER_METADATA =
      Set.of("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp");

  private final boolean secret;
  private final String manager;
  private final FieldOwners owners;
  private final List<FieldChange> changes = new ArrayList<>();
  private final List<Object> path = new ArrayList<>();
  private final StringBuilder shown = new StringBuilder();

  private TreeDiff(boolean secret, String manager, JsonNode live) {
    this.secret = secret;
    this.manager = manager;
    this.owners = new FieldOwners(live);
  }

  /** The differences; values of secrets are masked. */
  static List<FieldChange> of(JsonNode live, JsonNode result, boolean secret, String manager) {
    TreeDiff diff = new TreeDiff(secret, manager, live);
    diff.compare(live, result);
    return diff.changes;
  }

  private void compare(JsonNode before, JsonNode after) {
    if (before.equals(after) || path.equals(List.of("status"))) {
      return;
    }
    if (before.isObject() && after.isObject()) {
      Set<String> keys = new TreeSet<>(before.propertyNames());
      keys.addAll(after.propertyNames());
      for (String key : keys) {
        if (path.equals(List.of("metadata")) && SERVER_METADATA.contains(key)) {
          continue;
        }
        int mark = shown.length();
        shown.append(label(key));
        path.add(key);
        compare(before.path(key), after.path(key));
        path.remove(path.size() - 1);
        shown.setLength(mark);
      }
    } else if (named(before) && named(after)) {
      compareNamed(before, after);
    } else {
      changes.add(
          new FieldChange(
              shown.toString(),
              value(before, "*** (before)"),
              value(after, "*** (after)"),
              owners.writer(path, manager)));
    }
  }

  /** Lists whose items have names are compared by name: an item put first moves no other. */
  private void compareNamed(JsonNode before, JsonNode after) {
    Set<String> names = new TreeSet<>();
    before.forEach(i -> names.add(i.path("name").asString("")));
    after.forEach(i -> names.add(i.path("name").asString("")));
    int found = changes.size();
    for (String name : names) {
      int mark = shown.length();
      shown.append("[name=").append(name).append(']');
      int at = index(before, name);
      path.add(Math.max(at, 0));
      compare(before.path(at), after.path(index(after, name)));
      path.remove(path.size() - 1);
      shown.setLength(mark);
    }
    if (changes.size() == found) {
      changes.add(
          new FieldChange(
              shown.toString(),
              Optional.of(names(before)),
              Optional.of(names(after)),
              owners.writer(path, manager)));
    }
  }

  private static String names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.forEach(i -> names.add(i.path("name").asString("")));
    return "order: " + String.join(", ", names);
  }

  private static int index(JsonNode list, String name) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path("name").asString("").equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean named(JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      return false;
    }
    Set<String> names = new TreeSet<>();
    for (JsonNode item : list) {
      if (!item.path("name").isString() || !names.add(item.path("name").asString(""))) {
        return false;
      }
    }
    return true;
  }

  private String label(String key) {
    if (key.matches("[A-Za-z0-9_-]+")) {
      return shown.isEmpty() ? key : "." + key;
    }
    return "[\"" + key + "\"]";
  }

  private Optional<String> value(JsonNode node, String mask) {
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(hidden() ? mask : node.toString());
  }

  /** Everything of a Secret but its type and its labels: annotations may repeat its data. */
  private boolean hidden() {
    return secret
        && !path.equals(List.of("type"))
        && !(path.size() > 1 && path.get(0).equals("metadata") && path.get(1).equals("labels"));
  }
}
