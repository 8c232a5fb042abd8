package io.gitops4j.k8s.internal.diff;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.DeltaType;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.FieldChange.Origin;
import io.gitops4j.k8s.internal.observe.FieldOwners;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * The differences between a live object and what the server would make of it, field by field, in
 * the order of the operations of a JSON Patch.
 */
final class TreeDiff {
  /** What the server keeps for itself. */
  static final Set<String> SERVER_METADATA =
      Set.of(
          "managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink");

  private final boolean secret;
  private final String manager;
  private final FieldOwners owners;
  private final List<FieldChange> changes = new ArrayList<>();

  private TreeDiff(boolean secret, String manager, JsonNode live) {
    this.secret = secret;
    this.manager = manager;
    this.owners = new FieldOwners(live);
  }

  /**
   * Where the comparison is.
   *
   * @param path in the live object: names, and positions as integers
   * @param pointer once the differences before are made
   */
  private record Place(List<Object> path, String pointer, String shown) {
    Place field(String name) {
      String label =
          !name.matches("[A-Za-z0-9_-]+")
              ? "[\"" + name + "\"]"
              : shown.isEmpty() ? name : "." + name;
      return below(name, name.replace("~", "~0").replace("/", "~1"), label);
    }

    /** An item of a list: where it is in the live one, and where after the differences before. */
    Place item(String name, int live, int now) {
      return below(live, Integer.toString(now), "[name=" + name + "]");
    }

    private Place below(Object step, String part, String label) {
      List<Object> longer = new ArrayList<>(path);
      longer.add(step);
      return new Place(longer, pointer + "/" + part, shown + label);
    }
  }

  /**
   * The differences; values of secrets are masked.
   *
   * @param sent what the server was asked to apply
   */
  static List<FieldChange> of(
      JsonNode live, JsonNode result, JsonNode sent, boolean secret, String manager) {
    TreeDiff diff = new TreeDiff(secret, manager, live);
    diff.compare(live, result, sent, new Place(List.of(), "", ""));
    return diff.changes;
  }

  private void compare(JsonNode before, JsonNode after, JsonNode sent, Place place) {
    if (before.equals(after) || place.path().equals(List.of("status"))) {
      return;
    }
    if (before.isObject() && after.isObject()) {
      Set<String> names = new TreeSet<>(before.propertyNames());
      names.addAll(after.propertyNames());
      for (String name : names) {
        if (!place.path().equals(List.of("metadata")) || !SERVER_METADATA.contains(name)) {
          compare(before.path(name), after.path(name), sent.path(name), place.field(name));
        }
      }
    } else if (named(before) && named(after) && !hidden(place)) {
      compareNamed(before, after, sent, place);
    } else {
      change(before, after, sent, place);
    }
  }

  /**
   * Lists whose items have names are compared by name: an item that comes or goes is no difference
   * in the others. One that moves goes and comes again.
   */
  private void compareNamed(JsonNode before, JsonNode after, JsonNode sent, Place place) {
    List<String> from = names(before);
    List<String> to = names(after);
    List<AbstractDelta<String>> deltas = DiffUtils.diff(from, to).getDeltas();
    Set<String> gone = new HashSet<>();
    Set<String> come = new HashSet<>();
    for (AbstractDelta<String> delta : deltas) {
      if (delta.getType() != DeltaType.EQUAL) {
        gone.addAll(delta.getSource().getLines());
        come.addAll(delta.getTarget().getLines());
      }
    }
    for (int i = from.size() - 1; i >= 0; i--) {
      if (gone.contains(from.get(i))) {
        change(before.get(i), before.path(-1), sent, place.item(from.get(i), i, i));
      }
    }
    for (int i = 0; i < to.size(); i++) {
      String name = to.get(i);
      if (come.contains(name)) {
        change(before.path(-1), after.get(i), item(sent, name), place.item(name, before.size(), i));
      }
    }
    for (int i = 0; i < to.size(); i++) {
      String name = to.get(i);
      if (!come.contains(name)) {
        int at = from.indexOf(name);
        compare(before.get(at), after.get(i), item(sent, name), place.item(name, at, i));
      }
    }
  }

  private void change(JsonNode before, JsonNode after, JsonNode sent, Place place) {
    boolean hide = hidden(place);
    changes.add(
        new FieldChange(
            place.shown(),
            Optional.of(place.pointer()),
            value(before, hide ? SecretValues.BEFORE : ""),
            value(after, hide ? SecretValues.AFTER : ""),
            hide,
            origin(after, sent, place.path()),
            owners.writer(place.path(), manager)));
  }

  private Origin origin(JsonNode after, JsonNode sent, List<Object> path) {
    boolean desired =
        after.isMissingNode()
            ? owners.owns(path, manager)
            : !sent.isMissingNode() && Kept.whole(sent, after);
    return desired ? Origin.DESIRED : Origin.ADMISSION;
  }

  private static JsonNode item(JsonNode list, String name) {
    for (JsonNode item : list) {
      if (item.path("name").asString("").equals(name)) {
        return item;
      }
    }
    return list.path(-1);
  }

  private static List<String> names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.forEach(i -> names.add(i.path("name").asString("")));
    return names;
  }

  private static boolean named(JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      return false;
    }
    Set<String> names = new HashSet<>();
    for (JsonNode item : list) {
      if (!item.path("name").isString() || !names.add(item.path("name").asString(""))) {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> value(JsonNode node, String mask) {
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(mask.isEmpty() ? node.toString() : "\"" + mask + "\"");
  }

  private boolean hidden(Place place) {
    return secret && SecretValues.hidden(place.path());
  }
}
