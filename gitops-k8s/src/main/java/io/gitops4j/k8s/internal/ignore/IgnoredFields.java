package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.FieldOwners;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.model.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one object that others may set. Immutable. */
public final class IgnoredFields {
  public static final IgnoredFields NONE = new IgnoredFields(List.of());

  private static final Set<Object> IDENTITY =
      Set.of("name", "namespace", "uid", "resourceVersion", "managedFields", "generation");

  private final List<IgnoreRules.Compiled> rules;

  IgnoredFields(List<IgnoreRules.Compiled> rules) {
    this.rules = rules;
  }

  /** Whether nothing is ignored. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** The rules as text: another text is another desired state. */
  public String text() {
    return rules.stream().map(r -> r.rule().toString()).toList().toString();
  }

  /**
   * What is applied to an object that exists: a field that somebody else owns, or that is gone, is
   * left out; one that only we own keeps its live value.
   */
  public ObjectNode adjust(ObjectNode desired, JsonNode live, String manager) {
    ObjectNode body = desired.deepCopy();
    FieldOwners owners = new FieldOwners(live);
    Set<List<Object>> places = new HashSet<>(named(desired));
    for (List<Object> path : owned(live)) {
      TreePath.translate(path, live, desired).ifPresent(places::add);
    }
    for (List<Object> place : lastFirst(places)) {
      Optional<List<Object>> there = TreePath.translate(place, desired, live);
      if (there.isEmpty() || owners.writer(there.get(), manager).isPresent()) {
        TreePath.remove(body, place);
      } else {
        TreePath.set(body, place, TreePath.copy(live, there.get()));
      }
    }
    JsonNode label = desired.path("metadata").path("labels").path(Observer.TARGET_LABEL);
    if (label.isString() && body.path("metadata") instanceof ObjectNode metadata) {
      metadata.withObject("/labels").set(Observer.TARGET_LABEL, label);
    }
    return body;
  }

  /** The fingerprint of what is not ignored. */
  public Optional<Digest> fingerprint(JsonNode live, String manager) {
    if (rules.isEmpty()) {
      return Fingerprint.of(live, manager);
    }
    JsonNode copy = live.deepCopy();
    JsonNode fields = Fingerprint.ownedFields(copy, manager);
    Set<List<Object>> places = new HashSet<>(named(live));
    places.addAll(owned(live));
    List<List<Object>> ordered = lastFirst(places);
    ordered.forEach(p -> disown(fields, copy, p, 0));
    ordered.forEach(p -> TreePath.remove(copy, p));
    return Fingerprint.of(copy, manager);
  }

  /** Takes a path out of a set of fields; a set that is empty then would stand for its whole. */
  private static void disown(JsonNode fields, JsonNode value, List<Object> path, int depth) {
    if (!(fields instanceof ObjectNode set)) {
      return;
    }
    Optional<String> key = Fingerprint.key(set, value, path.get(depth));
    if (key.isEmpty()) {
      return;
    }
    JsonNode below = set.path(key.get());
    if (depth + 1 < path.size()) {
      if (below.isEmpty()) {
        return; // owned as one value: the ignored part is taken out of that value
      }
      disown(below, TreePath.step(value, path.get(depth)), path, depth + 1);
    }
    if (depth + 1 == path.size() || below.isEmpty()) {
      set.remove(key.get());
    }
  }

  /** What pointers and expressions name. */
  private Set<List<Object>> named(JsonNode tree) {
    Set<List<Object>> paths = new HashSet<>();
    for (IgnoreRules.Compiled compiled : rules) {
      for (String pointer : compiled.rule().jsonPointers()) {
        TreePath.ofPointer(pointer, tree).ifPresent(paths::add);
      }
      compiled.expressions().forEach(e -> paths.addAll(e.in(tree)));
    }
    paths.removeIf(p -> identity(p) || TreePath.get(tree, p).isMissingNode());
    return paths;
  }

  /** What the managers of the rules own. */
  private Set<List<Object>> owned(JsonNode live) {
    Set<List<Object>> paths = new HashSet<>();
    for (IgnoreRules.Compiled compiled : rules) {
      for (JsonNode entry : live.path("metadata").path("managedFields")) {
        if (compiled.rule().managers().contains(entry.path("manager").asString(""))) {
          leaves(entry.path("fieldsV1"), live, new ArrayList<>(), paths);
        }
      }
    }
    paths.removeIf(IgnoredFields::identity);
    return paths;
  }

  private static void leaves(
      JsonNode fields, JsonNode value, List<Object> path, Set<List<Object>> found) {
    if (fields.isEmpty() || fields.size() == 1 && fields.has(".")) {
      if (!path.isEmpty()) {
        found.add(List.copyOf(path));
      }
      return;
    }
    for (var field : fields.properties()) {
      String key = field.getKey();
      if (key.equals(".")) {
        continue;
      }
      Object step = key.startsWith("f:") ? key.substring(2) : Fingerprint.position(key, value);
      if (step.equals(-1)) {
        continue;
      }
      path.add(step);
      JsonNode below = field.getValue();
      if (key.startsWith("k:")) {
        // What tells an item from others belongs to whoever has the item, not to one owner.
        below = below.deepCopy();
        for (String name : KubeHttp.JSON.readTree(key.substring(2)).propertyNames()) {
          ((ObjectNode) below).remove("f:" + name);
        }
      }
      if (!key.startsWith("k:") || below.size() > (below.has(".") ? 1 : 0)) {
        leaves(below, TreePath.step(value, step), path, found);
      }
      path.remove(path.size() - 1);
    }
  }

  private static boolean identity(List<Object> path) {
    return path.isEmpty()
        || path.get(0).equals("apiVersion")
        || path.get(0).equals("kind")
        || path.get(0).equals("metadata") && (path.size() == 1 || IDENTITY.contains(path.get(1)));
  }

  /** So that taking one item out of a list moves none that is still to be taken. */
  private static List<List<Object>> lastFirst(Set<List<Object>> paths) {
    List<List<Object>> ordered = new ArrayList<>(paths);
    ordered.sort(Collections.reverseOrder(IgnoredFields::compare));
    return ordered;
  }

  private static int compare(List<Object> one, List<Object> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      Object a = one.get(i);
      Object b = other.get(i);
      int order =
          a instanceof Integer x && b instanceof Integer y
              ? Integer.compare(x, y)
              : a.toString().compareTo(b.toString());
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }
}
