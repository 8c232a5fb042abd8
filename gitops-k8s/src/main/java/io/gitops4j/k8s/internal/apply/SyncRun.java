package io.gitops4j.k8s.internal.apply;

import io.gitops4j.apply.Actuation;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.diff.SyncTasks;
import io.gitops4j.k8s.internal.order.Phase;
import io.gitops4j.k8s.internal.order.SyncEvent;
import io.gitops4j.k8s.internal.order.SyncTask;
import io.gitops4j.k8s.internal.order.SyncTask.Work;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Does the tasks of a sync: objects, hooks and waits in one order. For one thread. */
final class SyncRun implements SyncLoop.Hands {
  private static final Health UNJUDGED =
      new Health(HealthStatus.UNKNOWN, "not looked at, by its " + SyncTasks.UNJUDGED);

  private final List<SyncTask> tasks;
  private final Map<ResourceId, Prepared> desired;
  private final ObjectWrites objects;
  private final Optional<HookRunner> hooks;
  private final Waits waits;
  private final ClusterSettings settings;
  private final Results results;
  private final Map<ResourceId, Change> changes = new HashMap<>();

  SyncRun(
      Plan<ManifestSet> plan,
      List<SyncTask> tasks,
      Map<ResourceId, Prepared> desired,
      ObjectWrites objects,
      Optional<HookRunner> hooks,
      Waits waits,
      ClusterSettings settings,
      Results results) {
    this.tasks = tasks;
    this.desired = desired;
    this.objects = objects;
    this.hooks = hooks;
    this.waits = waits;
    this.settings = settings;
    this.results = results;
    plan.changes().forEach(c -> changes.put(c.id(), c));
  }

  @Override
  public List<SyncEvent> start(List<Integer> batch) {
    List<SyncEvent> events = new ArrayList<>();
    List<Change> writes = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    for (int task : batch) {
      if (tasks.get(task).work() == Work.HOOK) {
        starts.add(task);
      } else {
        writes.add(change(task));
      }
    }
    Set<ResourceId> failed = writes.isEmpty() ? Set.of() : objects.send(writes);
    for (int task : batch) {
      if (tasks.get(task).work() != Work.HOOK) {
        boolean fine = !failed.contains(tasks.get(task).id());
        events.add(fine ? new SyncEvent.Written(task) : new SyncEvent.Failed(task));
      }
    }
    if (!starts.isEmpty()) {
      startHooks(starts, events);
    }
    return events;
  }

  private void startHooks(List<Integer> starts, List<SyncEvent> events) {
    starts.forEach(t -> objects.release(tasks.get(t).id()));
    List<HookRunner.Started> answers = runner().start(starts.stream().map(this::asked).toList());
    for (int i = 0; i < starts.size(); i++) {
      HookRunner.Started answer = answers.get(i);
      if (answer.failure().isPresent()) {
        results.tell(change(starts.get(i)), Actuation.FAILED, answer.health(), answer.failure());
        events.add(new SyncEvent.Failed(starts.get(i)));
      } else {
        events.add(new SyncEvent.Written(starts.get(i)));
      }
    }
  }

  @Override
  public void await(int task) {
    SyncTask one = tasks.get(task);
    Change change = change(task);
    switch (one.work()) {
      case HOOK -> {
        HookRunner.Asked asked = asked(task);
        waits.add(
            task,
            new Waits.Wanted(
                runner().object(asked),
                asked.prepared().resource(),
                Waits.Expected.ENDED,
                settings.hookTimeout(),
                false),
            Health.of(HealthStatus.PROGRESSING));
      }
      case WRITE ->
          waits.add(
              task,
              new Waits.Wanted(
                  one.id(),
                  objects.resource(change),
                  Waits.Expected.WELL,
                  settings.healthTimeout(),
                  SyncTasks.standsStill(desired.get(one.id()))),
              SyncTasks.unjudged(desired.get(one.id())) ? UNJUDGED : results.health(change));
      case DELETE ->
          waits.add(
              task,
              new Waits.Wanted(
                  one.id(),
                  objects.resource(change),
                  Waits.Expected.GONE,
                  settings.healthTimeout(),
                  false),
              results.health(change));
    }
  }

  @Override
  public void forget(int task) {
    waits.forget(task);
  }

  @Override
  public List<SyncEvent> look() {
    List<SyncEvent> events = new ArrayList<>();
    for (Waits.Verdict verdict : waits.look()) {
      take(verdict);
      events.add(
          verdict.failure().isEmpty()
              ? new SyncEvent.Settled(verdict.task())
              : new SyncEvent.Failed(verdict.task()));
    }
    return events;
  }

  private void take(Waits.Verdict verdict) {
    Change change = change(verdict.task());
    Work work = tasks.get(verdict.task()).work();
    boolean fine = verdict.failure().isEmpty();
    if (work == Work.HOOK) {
      runner().ended(asked(verdict.task()), fine);
      results.tell(
          change,
          fine ? Actuation.SUCCEEDED : Actuation.FAILED,
          verdict.health(),
          verdict.failure());
    } else if (!fine) {
      results.tell(change, Actuation.SUCCEEDED, verdict.health(), verdict.failure());
    } else {
      if (work == Work.DELETE) {
        objects.release(change.id());
      }
      results.settled(change, verdict.health());
    }
  }

  @Override
  public void skip(int task) {
    if (change(task).action().writes() && tasks.get(task).phase() != Phase.SYNC_FAIL) {
      results.tellNotReached(change(task));
    }
  }

  private Change change(int task) {
    return changes.get(tasks.get(task).id());
  }

  private HookRunner.Asked asked(int task) {
    SyncTask one = tasks.get(task);
    return new HookRunner.Asked(desired.get(one.id()), one.phase());
  }

  private HookRunner runner() {
    return hooks.orElseThrow(
        () -> new IllegalStateException("there is a hook and nobody to run it"));
  }
}
