package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields that a set of owned fields names, as places in two trees at once. */
final class OwnedLeaves {
  private final List<Leaf> found = new ArrayList<>();
  private final List<Object> place = new ArrayList<>();
  private final List<Object> there = new ArrayList<>();
  private final List<Item> items = new ArrayList<>();

  private OwnedLeaves() {}

  /**
   * One field.
   *
   * @param place where it is in the tree that was asked about
   * @param there where it is in the live object
   * @param items the items of lists that it is in, outermost first
   */
  record Leaf(List<Object> place, List<Object> there, List<Item> items) {}

  /** An item of a list, at a depth of the path, and the names of the keys that tell it. */
  record Item(int depth, Set<String> keys) {}

  /** What FieldsV1 of a live object name in a tree; what the tree has not is left out. */
  static List<Leaf> of(JsonNode fields, JsonNode tree, JsonNode live) {
    OwnedLeaves leaves = new OwnedLeaves();
    leaves.walk(fields, tree, live);
    return leaves.found;
  }

  private void walk(JsonNode fields, JsonNode value, JsonNode live) {
    boolean whole = fields.isEmpty();
    // Who owns only that a map is there owns nothing of what others put into it.
    boolean bare = fields.size() == 1 && fields.has(".");
    if (whole || bare) {
      if (!place.isEmpty() && (whole || !value.isContainer() || value.isEmpty())) {
        found.add(new Leaf(List.copyOf(place), List.copyOf(there), List.copyOf(items)));
      }
      return;
    }
    for (var field : fields.properties()) {
      if (!field.getKey().equals(".")) {
        step(field.getKey(), field.getValue(), value, live);
      }
    }
  }

  private void step(String key, JsonNode fields, JsonNode value, JsonNode live) {
    boolean name = key.startsWith("f:");
    Object here = name ? key.substring(2) : Fingerprint.position(key, value);
    Object liveStep = name ? here : Fingerprint.position(key, live);
    if (here.equals(-1) || TreePath.step(value, here).isMissingNode()) {
      return;
    }
    JsonNode below = fields;
    Set<String> keys = Set.of();
    if (key.startsWith("k:")) {
      // What tells an item from others belongs to whoever has the item, not to one owner.
      keys = new TreeSet<>(KubeHttp.JSON.readTree(key.substring(2)).propertyNames());
      below = below.deepCopy();
      for (String part : keys) {
        ((ObjectNode) below).remove("f:" + part);
      }
      if (below.size() <= (below.has(".") ? 1 : 0)) {
        return;
      }
      items.add(new Item(place.size(), keys));
    }
    place.add(here);
    there.add(liveStep);
    walk(below, TreePath.step(value, here), TreePath.step(live, liveStep));
    place.remove(place.size() - 1);
    there.remove(there.size() - 1);
    if (key.startsWith("k:")) {
      items.remove(items.size() - 1);
    }
  }
}
