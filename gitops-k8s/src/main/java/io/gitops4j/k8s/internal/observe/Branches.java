package io.gitops4j.k8s.internal.observe;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthTree;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.observe.ChildReader.Seen;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts together what was seen. For one thread. */
final class Branches {
  private static final ApiResource CLAIMS =
      new ApiResource("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);

  private final OwnedObjects.Look look;
  private final Map<String, List<Child>> byOwner;
  private final Map<ResourceId, Seen> seen = new HashMap<>();

  /** Knows the roots, and what has which owner. */
  Branches(OwnedObjects.Look look, Map<String, List<Child>> byOwner) {
    this.look = look;
    this.byOwner = byOwner;
  }

  /** What the roots made, in all depths. */
  List<Child> reachable() {
    List<Child> found = new ArrayList<>();
    Set<String> visited = new HashSet<>();
    look.live().values().forEach(root -> reach(root.uid(), visited, found));
    return found;
  }

  private void reach(String owner, Set<String> visited, List<Child> found) {
    // References are written by anybody: they may go round in a circle.
    if (visited.add(owner)) {
      for (Child child : byOwner.getOrDefault(owner, List.of())) {
        found.add(child);
        reach(child.uid(), visited, found);
      }
    }
  }

  /** Takes what was read. */
  void read(Map<ResourceId, Seen> children) {
    seen.putAll(children);
  }

  /** The claims of pods of StatefulSets, which carry no reference to anything. */
  List<Child> claims() {
    List<Child> claims = new ArrayList<>();
    for (Child child : reachable()) {
      Seen pod = seen.get(child.id());
      if (pod != null && child.ownerKind().equals("StatefulSet")) {
        for (String name : pod.claims()) {
          ResourceId id = new ResourceId("", CLAIMS.kind(), child.id().namespace(), name);
          if (!look.healths().containsKey(id) && !seen.containsKey(id)) {
            claims.add(new Child(id, CLAIMS, "", child.owner(), child.ownerKind()));
          }
        }
      }
    }
    return claims;
  }

  /** Takes more children with what was read of them. */
  void add(List<Child> children, Map<ResourceId, Seen> read) {
    read(read);
    for (Child child : children) {
      byOwner.computeIfAbsent(child.owner(), o -> new ArrayList<>()).add(child);
    }
  }

  /** Which state of everything the tree shows, by UID. */
  Map<String, String> versions() {
    Map<String, String> versions = new HashMap<>();
    look.live().values().forEach(root -> versions.put(root.uid(), root.resourceVersion()));
    seen.values().forEach(child -> versions.put(child.uid(), child.version()));
    versions.remove(""); // what was not visible: owners without a UID are none of ours
    return versions;
  }

  /** The tree, in whose failing leaves it stands why they fail. */
  List<HealthTree.Node> roots(FailureCauses causes, OperationContext context) {
    List<HealthTree.Node> roots = new ArrayList<>();
    look.healths()
        .forEach(
            (id, health) -> {
              LiveSummary live = look.live().get(id);
              roots.add(
                  new HealthTree.Node(
                      id,
                      health,
                      live == null ? List.of() : children(live.uid(), new HashSet<>())));
            });
    SortedMap<ResourceId, Health> leaves = new TreeMap<>();
    roots.forEach(root -> leaves(root, leaves));
    Set<ApiResource> kinds = new HashSet<>(look.kinds().keySet());
    reachable().forEach(child -> kinds.add(child.kind()));
    causes.explain(leaves, kinds, context);
    return roots.stream().map(root -> explained(root, leaves)).toList();
  }

  private List<HealthTree.Node> children(String owner, Set<String> above) {
    List<HealthTree.Node> nodes = new ArrayList<>();
    if (!above.add(owner)) {
      return nodes;
    }
    for (Child child : byOwner.getOrDefault(owner, List.of())) {
      Seen one = seen.get(child.id());
      if (one != null) {
        List<HealthTree.Node> below = children(child.uid(), above);
        if (!one.idle() || !below.isEmpty()) {
          nodes.add(new HealthTree.Node(child.id(), one.health(), below));
        }
      }
    }
    above.remove(owner);
    nodes.sort(Comparator.comparing(HealthTree.Node::id));
    return nodes;
  }

  private static void leaves(HealthTree.Node node, SortedMap<ResourceId, Health> into) {
    if (node.children().isEmpty()) {
      into.put(node.id(), node.health());
    }
    node.children().forEach(child -> leaves(child, into));
  }

  private static HealthTree.Node explained(
      HealthTree.Node node, Map<ResourceId, Health> explanations) {
    return new HealthTree.Node(
        node.id(),
        explanations.getOrDefault(node.id(), node.health()),
        node.children().stream().map(child -> explained(child, explanations)).toList());
  }
}
