package io.gitops4j.k8s.internal.order;

import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.internal.order.Stages.Place;
import io.gitops4j.k8s.internal.order.SyncTask.Standing;
import io.gitops4j.k8s.internal.order.SyncTask.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a sync does, and what waits for what, whatever dialect says so. Nodes are the
 * tasks by their number and, between stages, barriers that nothing is done at: so a stage of many
 * tasks needs no edge from each to each. Immutable.
 */
public final class SyncGraph {
  private final List<SyncTask> tasks;
  private final List<Edge> edges = new ArrayList<>();
  private final List<List<Edge>> following = new ArrayList<>();
  private final int[] unmet;
  private final int gate;
  private int nodes;

  private SyncGraph(List<SyncTask> tasks) {
    this.tasks = List.copyOf(tasks);
    List<Edge> explicit = ExplicitOrder.of(this.tasks);
    List<Place> places = Stages.of(this.tasks, explicit);
    nodes = tasks.size();
    gate = nodes++;
    edges.addAll(explicit);
    chain(places, false);
    chain(places, true);
    for (int i = 0; i < nodes; i++) {
      following.add(new ArrayList<>());
    }
    unmet = new int[nodes];
    for (Edge edge : edges) {
      following.get(edge.on()).add(edge);
      unmet[edge.waiting()]++;
    }
    Cycle.refuse(this, places);
  }

  /**
   * Orders tasks.
   *
   * @throws DiffException that prints the cycle when some wait for each other
   */
  public static SyncGraph of(List<SyncTask> tasks) {
    return new SyncGraph(tasks);
  }

  /** What is done, by number. */
  public List<SyncTask> tasks() {
    return tasks;
  }

  int nodes() {
    return nodes;
  }

  /** The node that opens when something failed. */
  int gate() {
    return gate;
  }

  /** Who waits for a node. */
  List<Edge> following(int node) {
    return following.get(node);
  }

  /** For how many others each node waits. */
  int[] unmet() {
    return unmet.clone();
  }

  /** Whether a task must be well, or gone, before it is done with. */
  boolean awaited(int task) {
    return tasks.get(task).work() == Work.HOOK
        || following.get(task).stream().anyMatch(Edge::settled);
  }

  /** Stage after stage, and within a stage step after step. */
  private void chain(List<Place> places, boolean afterFailure) {
    SortedMap<Place, SortedMap<Place, List<Integer>>> stages = stages(places, afterFailure);
    boolean inSteps = inSteps(stages);
    int entry = afterFailure && !stages.isEmpty() ? gate : -1;
    Deque<Place> left = new ArrayDeque<>(stages.keySet());
    while (!left.isEmpty()) {
      SortedMap<Place, List<Integer>> steps = stages.get(left.poll());
      int before = entry;
      for (List<Integer> step : steps.values()) {
        int waitsFor = before;
        if (waitsFor >= 0) {
          step.forEach(t -> edges.add(new Edge(t, waitsFor, true, "")));
        }
        before = barrier(step, false);
      }
      if (!left.isEmpty()) {
        entry = barrier(steps.values().stream().flatMap(List::stream).toList(), inSteps);
      }
    }
  }

  /** One wave of objects alone is done with when it is written, whatever is removed after it. */
  private boolean inSteps(SortedMap<Place, SortedMap<Place, List<Integer>>> stages) {
    List<SyncTask> members =
        stages.values().stream()
            .flatMap(steps -> steps.values().stream())
            .flatMap(List::stream)
            .map(tasks::get)
            .toList();
    return members.stream().anyMatch(t -> t.work() == Work.HOOK)
        || members.stream().map(t -> t.placement().wave()).distinct().count() > 1;
  }

  /** What has nothing left to do is in no stage; nor is what only waits to be well at the end. */
  private SortedMap<Place, SortedMap<Place, List<Integer>>> stages(
      List<Place> places, boolean afterFailure) {
    SortedMap<Place, SortedMap<Place, List<Integer>>> stages = new TreeMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      SyncTask task = tasks.get(i);
      if (task.standing() != Standing.SETTLED
          && (task.phase() == Phase.SYNC_FAIL) == afterFailure) {
        stages
            .computeIfAbsent(places.get(i).stage(), p -> new TreeMap<>())
            .computeIfAbsent(places.get(i), p -> new ArrayList<>())
            .add(i);
      }
    }
    while (!stages.isEmpty() && onlyStanding(stages.get(stages.lastKey()))) {
      stages.remove(stages.lastKey());
    }
    return stages;
  }

  private boolean onlyStanding(SortedMap<Place, List<Integer>> stage) {
    return stage.values().stream()
        .flatMap(List::stream)
        .map(tasks::get)
        .allMatch(t -> t.standing() == Standing.WRITTEN && t.work() != Work.HOOK);
  }

  private int barrier(List<Integer> members, boolean settled) {
    int barrier = nodes++;
    members.forEach(m -> edges.add(new Edge(barrier, m, settled, "")));
    return barrier;
  }
}
