package io.gitops4j.k8s.internal.order;

import io.gitops4j.k8s.internal.order.Hook.DeletePolicy;
import io.gitops4j.k8s.internal.order.Hook.Occasion;
import io.gitops4j.k8s.internal.order.SyncTask.Standing;
import io.gitops4j.k8s.internal.order.SyncTask.Work;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tasks of tests, in few words. */
final class Tasks {
  private Tasks() {}

  static ResourceId map(String name) {
    return new ResourceId("", "ConfigMap", "n", name);
  }

  static ResourceId app(String name) {
    return new ResourceId("apps", "Deployment", "n", name);
  }

  static SyncTask write(ResourceId id, int wave, ResourceId... dependsOn) {
    return new SyncTask(id, Phase.SYNC, Work.WRITE, Standing.OPEN, placement(wave, dependsOn));
  }

  static SyncTask delete(ResourceId id, int wave, ResourceId... dependsOn) {
    return new SyncTask(id, Phase.SYNC, Work.DELETE, Standing.OPEN, placement(wave, dependsOn));
  }

  static SyncTask hook(String name, Phase phase, int wave) {
    Hook hook =
        new Hook(Set.of(new Hook.Point(phase, Occasion.ANY)), Set.of(DeletePolicy.BEFORE_CREATION));
    Placement placement =
        new Placement(wave, Optional.of(hook), "", List.of(), List.of(), Set.of(), List.of());
    return new SyncTask(
        new ResourceId("batch", "Job", "n", name), phase, Work.HOOK, Standing.OPEN, placement);
  }

  static SyncTask standing(SyncTask task, Standing standing) {
    return new SyncTask(
        task.id(),
        task.phase(),
        task.work(),
        standing,
        task.placement(),
        task.step(),
        task.defines());
  }

  static Placement placement(int wave, ResourceId... dependsOn) {
    return new Placement(
        wave, Optional.empty(), "", List.of(dependsOn), List.of(), Set.of(), List.of());
  }

  static Placement kapp(String group, ChangeRule... rules) {
    return new Placement(
        0, Optional.empty(), "", List.of(), List.of(), Set.of(group), List.of(rules));
  }

  /** What happens when all goes well, each round of what runs at once as one text. */
  static List<String> rounds(List<SyncTask> tasks) {
    SyncMachine.Decision decision =
        SyncMachine.decide(SyncState.of(SyncGraph.of(tasks)), List.of(new SyncEvent.Begun()));
    List<String> rounds = new ArrayList<>();
    List<SyncAction> open = decision.actions();
    while (!decision.state().ended()) {
      List<String> words = new ArrayList<>();
      List<SyncAction> next = new ArrayList<>();
      for (SyncAction action : open) {
        SyncEvent event;
        if (action instanceof SyncAction.Start start) {
          words.add(word(tasks.get(start.task())));
          event = new SyncEvent.Written(start.task());
        } else {
          SyncAction.Await await = (SyncAction.Await) action;
          words.add("wait " + tasks.get(await.task()).id().name());
          event = new SyncEvent.Settled(await.task());
        }
        decision = SyncMachine.decide(decision.state(), List.of(event));
        next.addAll(decision.actions());
      }
      rounds.add(String.join(" ", words));
      open = next;
    }
    return rounds;
  }

  private static String word(SyncTask task) {
    return (task.work() == Work.DELETE ? "-" : "") + task.id().name();
  }
}
