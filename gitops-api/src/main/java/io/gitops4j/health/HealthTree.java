package io.gitops4j.health;

import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * What a target owns, with what that made in turn: a Deployment its ReplicaSets, these their Pods.
 * Immutable.
 *
 * @param roots what the target owns, in the order of their ids
 * @param unseen which parts could not be looked at, and why: below a root there may be more than
 *     what is here
 */
public record HealthTree(List<Node> roots, List<String> unseen) {
  /** Copies both. */
  public HealthTree {
    roots = List.copyOf(roots);
    unseen = List.copyOf(unseen);
  }

  /**
   * One object.
   *
   * @param id which
   * @param health how well it is
   * @param children what it made, in the order of their ids
   */
  public record Node(ResourceId id, Health health, List<Node> children) {
    /** Checks that no part is missing. */
    public Node {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(health, "health");
      children = List.copyOf(children);
    }
  }

  /**
   * A tree of objects that made nothing.
   *
   * @param healths of what is owned
   * @return the tree
   */
  public static HealthTree flat(SortedMap<ResourceId, Health> healths) {
    return new HealthTree(healths.entrySet().stream().map(HealthTree::leaf).toList(), List.of());
  }

  private static Node leaf(Map.Entry<ResourceId, Health> entry) {
    return new Node(entry.getKey(), entry.getValue(), List.of());
  }

  /**
   * How well the target is: as its worst root. What a root made counts through the root, which may
   * do without it.
   *
   * @return the worst health with its message; healthy when nothing is owned
   */
  public Health health() {
    return Health.worst(roots.stream().map(Node::health).toList());
  }
}
