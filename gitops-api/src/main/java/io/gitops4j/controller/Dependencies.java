package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which target needs which. */
final class Dependencies {
  private Dependencies() {}

  /**
   * Targets by their name, in their order.
   *
   * @param problems gets what is wrong with them: a name that is there twice, one that is not
   *     there, and a circle
   */
  static Map<TargetId, ScheduledTarget> check(
      Collection<ScheduledTarget> all, List<String> problems) {
    Map<TargetId, ScheduledTarget> targets = new LinkedHashMap<>();
    Map<TargetId, Rules> rules = new LinkedHashMap<>();
    for (ScheduledTarget target : all) {
      if (targets.put(target.target(), target) != null) {
        problems.add("two targets are named " + target.target());
      }
      rules.put(target.target(), target.rules());
    }
    problems.addAll(problems(rules));
    return targets;
  }

  /** Everything that is wrong with them: unknown names, and a circle, printed. */
  private static List<String> problems(Map<TargetId, Rules> targets) {
    List<String> problems = new ArrayList<>();
    targets
        .values()
        .forEach(
            r ->
                r.dependsOn().stream()
                    .filter(d -> !targets.containsKey(d))
                    .forEach(
                        d ->
                            problems.add(
                                r.id()
                                    + " depends on "
                                    + d
                                    + ", which is no target of this controller")));
    Set<TargetId> done = new HashSet<>();
    for (TargetId id : targets.keySet()) {
      Deque<TargetId> path = new ArrayDeque<>();
      if (problems.isEmpty() && circle(id, targets, done, path)) {
        problems.add("targets depend on each other in a circle: " + shown(path));
        return problems;
      }
    }
    return problems;
  }

  /** Leaves the way to the circle, and once around it, in the path. */
  private static boolean circle(
      TargetId id, Map<TargetId, Rules> targets, Set<TargetId> done, Deque<TargetId> path) {
    if (path.contains(id)) {
      path.addLast(id);
      return true;
    }
    if (done.contains(id)) {
      return false;
    }
    path.addLast(id);
    for (TargetId next : targets.get(id).dependsOn()) {
      if (circle(next, targets, done, path)) {
        return true;
      }
    }
    path.removeLast();
    done.add(id);
    return false;
  }

  private static String shown(Collection<TargetId> path) {
    List<TargetId> way = new ArrayList<>(path);
    TargetId again = way.get(way.size() - 1);
    return String.join(
        " -> ", way.subList(way.indexOf(again), way.size()).stream().map(TargetId::name).toList());
  }

  /** For every target the first name of all that it is connected with. */
  static Map<TargetId, String> groups(
      Map<TargetId, ScheduledTarget> targets, List<TargetGroup> knowEachOther) {
    Map<TargetId, Set<TargetId>> neighbours = new HashMap<>();
    targets.forEach((id, t) -> t.rules().dependsOn().forEach(d -> connect(id, d, neighbours)));
    for (TargetGroup group : knowEachOther) {
      TargetId first = group.targets().get(0).target();
      group.targets().forEach(t -> connect(first, t.target(), neighbours));
    }
    Map<TargetId, String> groups = new HashMap<>();
    targets.keySet().stream()
        .sorted(Comparator.comparing(TargetId::name))
        .forEach(
            first -> {
              Deque<TargetId> open = new ArrayDeque<>(List.of(first));
              while (!open.isEmpty()) {
                TargetId id = open.pop();
                if (groups.putIfAbsent(id, first.name()) == null) {
                  open.addAll(neighbours.getOrDefault(id, Set.of()));
                }
              }
            });
    return groups;
  }

  private static void connect(
      TargetId one, TargetId other, Map<TargetId, Set<TargetId>> neighbours) {
    neighbours.computeIfAbsent(one, x -> new HashSet<>()).add(other);
    neighbours.computeIfAbsent(other, x -> new HashSet<>()).add(one);
  }
}
