package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.internal.order.ApplyStep;
import io.gitops4j.k8s.internal.order.Hook;
import io.gitops4j.k8s.internal.order.HookPhases;
import io.gitops4j.k8s.internal.order.Phase;
import io.gitops4j.k8s.internal.order.Placement;
import io.gitops4j.k8s.internal.order.SyncRecord.HookState;
import io.gitops4j.k8s.internal.order.SyncTask;
import io.gitops4j.k8s.internal.order.SyncTask.Standing;
import io.gitops4j.k8s.internal.order.SyncTask.Work;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a plan's changes mean for the order of a sync. */
public final class SyncTasks {
  /** Of Argo CD. */
  public static final String UNJUDGED = "argocd.argoproj.io/ignore-healthcheck";

  private final Map<ResourceId, Prepared> desired;
  private final HookPhases hooks;
  private final List<SyncTask> tasks = new ArrayList<>();

  private SyncTasks(Map<ResourceId, Prepared> desired, HookPhases hooks) {
    this.desired = desired;
    this.hooks = hooks;
  }

  /** A task for all that is written, removed or run, and for what a sync has to wait for. */
  public static List<SyncTask> of(
      List<Change> changes, Map<ResourceId, Prepared> desired, HookPhases hooks) {
    SyncTasks found = new SyncTasks(desired, hooks);
    changes.forEach(found::add);
    return List.copyOf(found.tasks);
  }

  private void add(Change change) {
    Prepared prepared = desired.get(change.id());
    Placement placement = prepared == null ? Placement.PLAIN : prepared.placement();
    if (change.reason() == Reason.HOOK) {
      placement.hook().ifPresent(h -> hook(change, h, placement));
    } else if (change.action() == Action.DELETE) {
      Placement known = hooks.record().order().getOrDefault(change.id(), Placement.PLAIN);
      tasks.add(new SyncTask(change.id(), Phase.SYNC, Work.DELETE, Standing.OPEN, known));
    } else if (change.action().writes()) {
      tasks.add(
          new SyncTask(
              change.id(),
              Phase.SYNC,
              Work.WRITE,
              Standing.OPEN,
              placement,
              prepared.awaited() ? ApplyStep.AWAITED : ApplyStep.of(change.id()),
              defines(prepared)));
    } else if (change.action() == Action.NONE && prepared != null && !well(change, prepared)) {
      tasks.add(new SyncTask(change.id(), Phase.SYNC, Work.WRITE, Standing.WRITTEN, placement));
    }
  }

  private void hook(Change change, Hook hook, Placement placement) {
    if (change.action() == Action.CREATE) {
      for (Phase phase : hooks.open(change.id(), hook)) {
        hook(change, phase, placement);
      }
    }
    if (hooks.onFailure(change.id(), hook)) {
      hook(change, Phase.SYNC_FAIL, placement);
    }
  }

  private void hook(Change change, Phase phase, Placement placement) {
    Optional<HookState> state = hooks.state(phase, change.id());
    Standing standing =
        state.equals(Optional.of(HookState.CREATED)) ? Standing.WRITTEN : Standing.OPEN;
    tasks.add(new SyncTask(change.id(), phase, Work.HOOK, standing, placement));
  }

  /** Nothing to wait for: it is well, nobody can tell, or Git itself has it stand still. */
  private static boolean well(Change change, Prepared prepared) {
    HealthStatus status = change.health().status();
    return unjudged(prepared)
        || status == HealthStatus.HEALTHY
        || status == HealthStatus.UNKNOWN
        || status == HealthStatus.SUSPENDED && standsStill(prepared);
  }

  /** Whether its annotation says that its health is nobody's business. */
  public static boolean unjudged(Prepared prepared) {
    return prepared
        .source()
        .path("metadata")
        .path("annotations")
        .path(UNJUDGED)
        .asString("")
        .equals("true");
  }

  /** Whether what is desired is that it does not go on. */
  public static boolean standsStill(Prepared prepared) {
    JsonNode spec = prepared.source().path("spec");
    return spec.path("suspend").asBoolean(false) || spec.path("paused").asBoolean(false);
  }

  private static String defines(Prepared prepared) {
    JsonNode spec = prepared.source().path("spec");
    return prepared.id().kind().equals("CustomResourceDefinition")
        ? spec.path("group").asString("") + "/" + spec.path("names").path("kind").asString("")
        : "";
  }
}
