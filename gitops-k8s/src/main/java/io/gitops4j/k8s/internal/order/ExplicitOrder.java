package io.gitops4j.k8s.internal.order;

import io.gitops4j.k8s.internal.order.SyncTask.Work;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The edges that annotations ask for: dependencies, values of others, rules of kapp. */
final class ExplicitOrder {
  private final List<SyncTask> tasks;
  private final Map<ResourceId, List<Integer>> byId = new HashMap<>();
  private final Map<String, List<Integer>> byGroup = new HashMap<>();
  private final List<Edge> edges = new ArrayList<>();

  private ExplicitOrder(List<SyncTask> tasks) {
    this.tasks = tasks;
    for (int i = 0; i < tasks.size(); i++) {
      int at = i;
      byId.computeIfAbsent(tasks.get(i).id(), id -> new ArrayList<>()).add(i);
      tasks
          .get(i)
          .placement()
          .groups()
          .forEach(g -> byGroup.computeIfAbsent(g, k -> new ArrayList<>()).add(at));
    }
  }

  static List<Edge> of(List<SyncTask> tasks) {
    ExplicitOrder order = new ExplicitOrder(tasks);
    for (int i = 0; i < tasks.size(); i++) {
      Placement placement = tasks.get(i).placement();
      for (ResourceId on : placement.dependsOn()) {
        order.depends(i, on, PlacementReader.DEPENDS_ON);
      }
      for (Substitution value : placement.substitutions()) {
        order.depends(i, order.source(value, tasks.get(i).id()), PlacementReader.MUTATION);
      }
      for (ChangeRule rule : placement.rules()) {
        order.rule(i, rule);
      }
    }
    order.needs();
    return order.edges;
  }

  /** Without a namespace it is in the same one, unless it is in none. */
  private ResourceId source(Substitution value, ResourceId target) {
    ResourceId source = value.source();
    return byId.containsKey(source) ? source : value.sourceFor(target);
  }

  /** What depends on something is written after it, and removed before it. */
  private void depends(int task, ResourceId on, String why) {
    for (int other : byId.getOrDefault(on, List.of())) {
      boolean removed = tasks.get(task).work() == Work.DELETE;
      boolean otherRemoved = tasks.get(other).work() == Work.DELETE;
      if (removed && otherRemoved) {
        edges.add(new Edge(other, task, true, why));
      } else if (!removed && !otherRemoved) {
        edges.add(new Edge(task, other, true, why));
      }
    }
  }

  private void rule(int task, ChangeRule rule) {
    if (tasks.get(task).operation() != rule.own()) {
      return;
    }
    for (int other : byGroup.getOrDefault(rule.group(), List.of())) {
      if (other != task && tasks.get(other).operation() == rule.other()) {
        edges.add(
            rule.after()
                ? new Edge(task, other, true, rule.annotation())
                : new Edge(other, task, true, rule.annotation()));
      }
    }
  }

  /** A namespace or definition that has to wait keeps waiting what needs it. */
  private void needs() {
    Set<Integer> waiting = new HashSet<>();
    edges.forEach(e -> waiting.add(e.waiting()));
    for (int needed : waiting) {
      SyncTask task = tasks.get(needed);
      if (task.work() != Work.WRITE) {
        continue;
      }
      for (int i = 0; i < tasks.size(); i++) {
        if (Stages.needs(tasks.get(i), task)) {
          edges.add(new Edge(i, needed, false, "it needs it"));
        }
      }
    }
  }
}
