package io.gitops4j.k8s.internal.order;

import io.gitops4j.k8s.internal.order.SyncTask.Work;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where tasks stand by phase, wave and kind. Removals come after all writes, in reverse. The order
 * of kinds is a default: where annotations say otherwise, it gives way.
 */
final class Stages {
  private static final int REMOVALS = 2 * Phase.SYNC.ordinal() + 1;

  /** Where a task stands: tasks of one place may be done at once. */
  record Place(int section, long wave, int step) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int sections = Integer.compare(section, other.section);
      int waves = Long.compare(wave, other.wave);
      return sections != 0 ? sections : waves != 0 ? waves : Integer.compare(step, other.step);
    }

    /** Phase and wave alone. */
    Place stage() {
      return new Place(section, wave, 0);
    }

    boolean removals() {
      return section == REMOVALS;
    }
  }

  private final List<SyncTask> tasks;
  private final List<Edge> explicit;
  private final List<Place> places = new ArrayList<>();

  private Stages(List<SyncTask> tasks, List<Edge> explicit) {
    this.tasks = tasks;
    this.explicit = explicit;
    tasks.forEach(t -> places.add(own(t)));
  }

  /** The place of every task, by its number. */
  static List<Place> of(List<SyncTask> tasks, List<Edge> explicit) {
    Stages stages = new Stages(tasks, explicit);
    stages.pullForward();
    stages.removeEarly();
    stages.letKindsGiveWay();
    return stages.places;
  }

  /** Whether one cannot be written before the other is there. */
  static boolean needs(SyncTask user, SyncTask needed) {
    ResourceId id = needed.id();
    boolean namespace = id.kind().equals("Namespace") && id.group().isEmpty();
    return user.work() != Work.DELETE
        && (namespace && user.id().namespace().equals(id.name())
            || !needed.defines().isEmpty() && needed.defines().equals(kind(user)));
  }

  private static String kind(SyncTask task) {
    return task.id().group() + "/" + task.id().kind();
  }

  private static Place own(SyncTask task) {
    int step = task.step().ordinal();
    return task.work() == Work.DELETE
        ? new Place(REMOVALS, -(long) task.placement().wave(), -step)
        : new Place(2 * task.phase().ordinal(), task.placement().wave(), step);
  }

  /** A namespace comes with its first content, a definition with its first object. */
  private void pullForward() {
    Map<String, Integer> needed = new HashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      SyncTask task = tasks.get(i);
      if (task.work() == Work.WRITE && !task.defines().isEmpty()) {
        needed.put(task.defines(), i);
      } else if (task.work() == Work.WRITE && kind(task).equals("/Namespace")) {
        needed.put("namespace " + task.id().name(), i);
      }
    }
    for (int i = 0; i < tasks.size(); i++) {
      for (String key : List.of(kind(tasks.get(i)), "namespace " + tasks.get(i).id().namespace())) {
        Integer need = needed.get(key);
        boolean earlier =
            need != null
                && tasks.get(i).work() != Work.DELETE
                && places.get(i).stage().compareTo(places.get(need).stage()) < 0;
        if (earlier) {
          Place first = places.get(i);
          places.set(need, new Place(first.section(), first.wave(), places.get(need).step()));
        }
      }
    }
  }

  /** A removal that a write waits for goes to the stage of that write. */
  private void removeEarly() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Edge edge : explicit) {
        Place waiting = places.get(edge.waiting());
        Place on = places.get(edge.on());
        if (tasks.get(edge.on()).work() == Work.DELETE
            && !waiting.removals()
            && on.compareTo(waiting) > 0) {
          places.set(edge.on(), new Place(waiting.section(), waiting.wave(), -1));
          moved = true;
        }
      }
    }
  }

  private void letKindsGiveWay() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Edge edge : explicit) {
        Place waiting = places.get(edge.waiting());
        Place on = places.get(edge.on());
        if (waiting.stage().equals(on.stage()) && waiting.step() < on.step()) {
          places.set(edge.waiting(), on);
          moved = true;
        }
      }
    }
  }
}
