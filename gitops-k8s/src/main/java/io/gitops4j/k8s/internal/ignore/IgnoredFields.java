package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.k8s.internal.observe.FieldOwners;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import io.gitops4j.model.Digest;
import java.util.ArrayList;
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
   * What is sent to an object that exists: a field that somebody else owns, or that is gone, is
   * left out; one that only we own keeps its live value.
   */
  void settle(Adjustment adjustment, ObjectNode desired, JsonNode live, String manager) {
    FieldOwners owners = new FieldOwners(live);
    Set<List<Object>> places = new HashSet<>(named(desired));
    for (List<Object> path : owned(live)) {
      TreePath.translate(path, live, desired).ifPresent(places::add);
    }
    for (List<Object> place : places) {
      Optional<List<Object>> there = TreePath.translate(place, desired, live);
      if (there.isEmpty() || owners.writer(there.get(), manager).isPresent()) {
        adjustment.leaveOut(place, there);
      } else {
        adjustment.keep(place, there.get());
      }
    }
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
          OwnedLeaves.of(entry.path("fieldsV1"), live, live).forEach(l -> paths.add(l.place()));
        }
      }
    }
    paths.removeIf(IgnoredFields::identity);
    return paths;
  }

  /** Whether a path says which object it is, or is the server's own. */
  static boolean identity(List<Object> path) {
    return path.isEmpty()
        || path.get(0).equals("apiVersion")
        || path.get(0).equals("kind")
        || path.get(0).equals("metadata") && (path.size() == 1 || IDENTITY.contains(path.get(1)));
  }

  private static List<List<Object>> lastFirst(Set<List<Object>> paths) {
    List<List<Object>> ordered = new ArrayList<>(paths);
    ordered.sort(Adjustment.LAST_FIRST);
    return ordered;
  }
}
