package io.gitops4j.k8s.internal.order;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.internal.order.Stages.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds tasks that wait for each other, and says in words how. */
final class Cycle {
  private final SyncGraph graph;
  private final List<Place> places;
  private final int[] unmet;

  private Cycle(SyncGraph graph, List<Place> places) {
    this.graph = graph;
    this.places = places;
    this.unmet = graph.unmet();
  }

  /**
   * Does nothing when there is none.
   *
   * @throws DiffException that prints the shortest one
   */
  static void refuse(SyncGraph graph, List<Place> places) {
    Cycle cycle = new Cycle(graph, places);
    if (cycle.walk() < graph.nodes()) {
      throw new DiffException(
          "K8S-ORDER-CYCLE",
          Retryability.RETRY_ON_CHANGE,
          "the order of the sync",
          cycle.words(),
          "take one of these annotations away; nothing was written",
          null);
    }
  }

  /** How many nodes have their turn; what is in a cycle, or behind one, never has. */
  private int walk() {
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < unmet.length; i++) {
      if (unmet[i] == 0) {
        ready.add(i);
      }
    }
    int done = 0;
    while (!ready.isEmpty()) {
      done++;
      for (Edge edge : graph.following(ready.poll())) {
        if (--unmet[edge.waiting()] == 0) {
          ready.add(edge.waiting());
        }
      }
    }
    return done;
  }

  private String words() {
    List<Edge> shortest = List.of();
    for (int i = 0; i < graph.tasks().size(); i++) {
      if (unmet[i] > 0) {
        List<Edge> found = from(i).orElse(List.of());
        if (!found.isEmpty() && (shortest.isEmpty() || found.size() < shortest.size())) {
          shortest = found;
        }
      }
    }
    return say(shortest);
  }

  /** The shortest way from a node along those that wait for it, back to it. */
  private Optional<List<Edge>> from(int start) {
    Map<Integer, Edge> reachedBy = new HashMap<>();
    Deque<Integer> next = new ArrayDeque<>(List.of(start));
    while (!next.isEmpty()) {
      for (Edge edge : graph.following(next.poll())) {
        if (reachedBy.putIfAbsent(edge.waiting(), edge) != null || unmet[edge.waiting()] == 0) {
          continue;
        }
        if (edge.waiting() == start) {
          return Optional.of(back(start, reachedBy));
        }
        next.add(edge.waiting());
      }
    }
    return Optional.empty();
  }

  private static List<Edge> back(int start, Map<Integer, Edge> reachedBy) {
    List<Edge> way = new ArrayList<>();
    int at = start;
    do {
      Edge edge = reachedBy.get(at);
      way.add(edge);
      at = edge.on();
    } while (at != start);
    return Collections.unmodifiableList(way);
  }

  /** Barriers are left out: of them a reader knows nothing. */
  private String say(List<Edge> way) {
    int tasks = graph.tasks().size();
    StringBuilder text = new StringBuilder();
    int waiting = way.get(0).waiting();
    text.append(graph.tasks().get(waiting));
    String why = "";
    for (Edge edge : way) {
      why = edge.why().isEmpty() ? why : edge.why();
      if (edge.on() >= tasks) {
        continue;
      }
      text.append(text.indexOf(" waits for ") < 0 ? " waits for " : ", which waits for ")
          .append(graph.tasks().get(edge.on()))
          .append(" (")
          .append(why.isEmpty() ? stages(waiting, edge.on()) : why)
          .append(')');
      waiting = edge.on();
      why = "";
    }
    return text.toString();
  }

  private String stages(int later, int earlier) {
    SyncTask one = graph.tasks().get(later);
    SyncTask other = graph.tasks().get(earlier);
    if (places.get(later).section() != places.get(earlier).section()) {
      return one.phase() == other.phase()
          ? "what is removed goes last"
          : one.phase().word() + " comes after " + other.phase().word();
    }
    return places.get(later).wave() == places.get(earlier).wave()
        ? "the order of kinds"
        : "wave " + one.placement().wave() + " comes after wave " + other.placement().wave();
  }
}
