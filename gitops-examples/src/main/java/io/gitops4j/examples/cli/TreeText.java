package io.gitops4j.examples.cli;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthTree;
import io.gitops4j.model.ResourceId;
import java.io.PrintStream;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tree for people: whole, or what is other than before. */
final class TreeText {
  private final PrintStream out;
  private Map<ResourceId, Health> before = Map.of();
  private String headline = "";

  TreeText(PrintStream out) {
    this.out = out;
  }

  /** All of it. */
  void whole(String target, Standing standing, HealthTree tree) {
    before = flat(tree);
    headline = headline(target, standing, tree);
    out.println(headline);
    branches(tree.roots(), "");
    tree.unseen().forEach(u -> out.println("  %-11s %s".formatted("Not visible", u)));
  }

  /** Only what became other, each line with the time: for a file or a pipe. */
  void changes(String target, Standing standing, HealthTree tree) {
    String now = LocalTime.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Map<ResourceId, Health> after = flat(tree);
    after.forEach(
        (id, health) -> {
          if (!health.equals(before.get(id))) {
            out.println(now + "  " + line(id, health));
          }
        });
    before.keySet().stream()
        .filter(id -> !after.containsKey(id))
        .forEach(id -> out.println("%s  %-11s %s".formatted(now, "Gone", id)));
    String next = headline(target, standing, tree);
    if (!next.equals(headline)) {
      out.println(now + "  " + next);
    }
    before = after;
    headline = next;
    out.flush();
  }

  private static String headline(String target, Standing standing, HealthTree tree) {
    return "%s  %s  %s  %s"
        .formatted(target, standing.sync(), tree.health().status().word(), standing.text())
        .stripTrailing();
  }

  private void branches(List<HealthTree.Node> nodes, String indent) {
    for (int i = 0; i < nodes.size(); i++) {
      HealthTree.Node node = nodes.get(i);
      boolean last = i == nodes.size() - 1;
      out.println(indent + (last ? "└─ " : "├─ ") + line(node.id(), node.health()));
      branches(node.children(), indent + (last ? "   " : "│  "));
    }
  }

  private static String line(ResourceId id, Health health) {
    return "%-11s %s  %s".formatted(health.status().word(), id, health.message()).stripTrailing();
  }

  private static Map<ResourceId, Health> flat(HealthTree tree) {
    Map<ResourceId, Health> all = new LinkedHashMap<>();
    flat(tree.roots(), all);
    return all;
  }

  private static void flat(List<HealthTree.Node> nodes, Map<ResourceId, Health> into) {
    for (HealthTree.Node node : nodes) {
      into.put(node.id(), node.health());
      flat(node.children(), into);
    }
  }
}
