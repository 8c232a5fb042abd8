package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.order.Hook;
import io.gitops4j.k8s.internal.order.HookPhases;
import io.gitops4j.k8s.internal.order.Phase;
import io.gitops4j.k8s.internal.order.Placement;
import io.gitops4j.k8s.internal.order.SyncGraph;
import io.gitops4j.k8s.internal.order.SyncRecord.HookRun;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a plan says of order: hooks, values of others, what must stay because others need it. */
final class PlannedOrder {
  private final SortedMap<ResourceId, Prepared> all;
  private final Set<ResourceId> desired;
  private final SortedMap<ResourceId, Prepared> objects;
  private final Map<ResourceId, List<String>> unknown = new HashMap<>();

  private PlannedOrder(
      SortedMap<ResourceId, Prepared> all, SortedMap<ResourceId, Prepared> objects) {
    this.all = all;
    this.desired = new HashSet<>(all.keySet());
    this.objects = objects;
  }

  /** Tells objects from hooks, and puts into objects what is known of others. */
  static PlannedOrder of(SortedMap<ResourceId, Prepared> all, Substitutions values) {
    if (all.values().stream().allMatch(p -> p.placement().isPlain())) {
      return new PlannedOrder(all, all);
    }
    PlannedOrder order = new PlannedOrder(all, new TreeMap<>());
    for (Prepared one : all.values()) {
      Placement placement = one.placement();
      if (placement.hook().isEmpty() && placement.omitted().isEmpty()) {
        Substitutions.Filled filled = values.fill(one);
        order.objects.put(one.id(), filled.object());
        if (!filled.unknown().isEmpty()) {
          order.unknown.put(one.id(), filled.unknown());
        }
      }
    }
    return order;
  }

  /** Whether any annotation orders anything. */
  boolean any() {
    return objects != all;
  }

  /** Whether something is desired, be it as a hook. */
  boolean desires(ResourceId id) {
    return desired.contains(id);
  }

  /** What is compared with the cluster. */
  SortedMap<ResourceId, Prepared> objects() {
    return objects;
  }

  /** The change of an object of which not all is known before the apply, empty for all others. */
  Optional<Change> untold(Prepared object, Optional<Change> settled, Optional<LiveSummary> live) {
    List<String> values = unknown.get(object.id());
    if (values == null || settled.isPresent() && !settled.get().action().writes()) {
      return settled;
    }
    String note = "known after apply: " + String.join("; ", values);
    return Optional.of(
        settled
            .map(c -> c.noted(note))
            .orElseGet(
                () ->
                    new Change(
                        object.id(),
                        Action.UPDATE,
                        object.joins() ? Reason.JOINED : Reason.CHANGED,
                        List.of(),
                        live.map(LiveSummary::version),
                        live.map(LiveSummary::health).orElse(Health.of(HealthStatus.MISSING)),
                        note)));
  }

  /** All changes, with hooks among them. */
  List<Change> complete(List<Change> changes, Inventory inventory, HookPhases phases) {
    List<Change> complete = new ArrayList<>(keepNeeded(changes, phases));
    List<Change> hooks = new ArrayList<>();
    for (Prepared one : all.values()) {
      Placement placement = one.placement();
      if (!placement.omitted().isEmpty()) {
        hooks.add(
            change(
                one.id(), Action.NONE, Reason.LEFT, "not applied, by its " + placement.omitted()));
      }
      placement.hook().ifPresent(h -> hooks.add(hook(one.id(), h, phases)));
    }
    complete.addAll(hooks);
    boolean writes = complete.stream().anyMatch(c -> c.action().writes());
    if (writes) {
      complete.replaceAll(c -> onFailure(c, phases));
    }
    refuseUnknownDependencies(inventory);
    SyncGraph.of(SyncTasks.of(complete, all, phases));
    return complete;
  }

  private static Change hook(ResourceId id, Hook hook, HookPhases phases) {
    Set<Phase> open = phases.open(id, hook);
    if (!open.isEmpty()) {
      return change(id, Action.CREATE, Reason.HOOK, "runs as " + words(open) + " hook");
    }
    boolean ran =
        phases.record().completed(phases.key())
            || hook.points().stream().anyMatch(p -> phases.state(p.phase(), id).isPresent());
    Set<Phase> points = hook.points().stream().map(Hook.Point::phase).collect(Collectors.toSet());
    return change(
        id,
        Action.NONE,
        Reason.HOOK,
        words(points) + (ran ? " hook; this state was synced" : " hook; not now"));
  }

  /** A hook for failures may run as soon as anything else does. */
  private Change onFailure(Change change, HookPhases phases) {
    Prepared prepared = all.get(change.id());
    boolean may =
        change.reason() == Reason.HOOK
            && change.action() == Action.NONE
            && prepared != null
            && prepared
                .placement()
                .hook()
                .filter(h -> phases.onFailure(change.id(), h))
                .isPresent();
    return may
        ? change(
            change.id(), Action.SKIP, Reason.HOOK, "runs as SyncFail hook, when the sync fails")
        : change;
  }

  private static String words(Set<Phase> phases) {
    return phases.stream().sorted().map(Phase::word).collect(Collectors.joining(" and "));
  }

  private static Change change(ResourceId id, Action action, Reason reason, String note) {
    // What does not run, or only if something fails, is not missing.
    HealthStatus status = action == Action.CREATE ? HealthStatus.MISSING : HealthStatus.HEALTHY;
    return new Change(id, action, reason, List.of(), Optional.empty(), Health.of(status), note);
  }

  /** Objects of hooks that Git does not have any more are removed with the next change. */
  List<Change> leftovers(
      HookPhases phases,
      Inventory inventory,
      Permits permits,
      Discovery discovery,
      Observer observer,
      View view,
      OperationContext context) {
    List<Change> found = new ArrayList<>();
    if (phases.record().completed(phases.key())) {
      return found;
    }
    for (HookRun run : phases.record().hooks()) {
      Optional<ApiResource> kind = discovery.find(run.apiVersion(), run.object().kind());
      boolean needed =
          all.containsKey(run.hook())
              || all.containsKey(run.object())
              || inventory.find(run.object()).isPresent();
      if (!run.present() || needed || !permits.allows(run.object())) {
        continue;
      }
      kind.flatMap(k -> observer.one(run.object(), k, context))
          .filter(
              l ->
                  l.tree()
                      .path("metadata")
                      .path("labels")
                      .path(view.label())
                      .asString("")
                      .equals(view.hash()))
          .ifPresent(l -> found.add(leftover(run, l)));
    }
    return found;
  }

  private static Change leftover(HookRun run, LiveObject live) {
    return new Change(
        run.object(),
        Action.DELETE,
        Reason.REMOVED,
        List.of(),
        Optional.of(live.version()),
        Health.of(HealthStatus.UNKNOWN),
        "left by the " + run.phase().word() + " hook " + run.hook() + ", which is no more");
  }

  /** What something that stays depends on stays too. */
  private List<Change> keepNeeded(List<Change> changes, HookPhases phases) {
    Map<ResourceId, ResourceId> needed = new HashMap<>();
    objects.values().forEach(o -> o.placement().dependsOn().forEach(d -> needed.put(d, o.id())));
    if (needed.isEmpty() && phases.record().order().isEmpty()) {
      return changes;
    }
    for (Change change : changes) {
      Placement known = phases.record().order().get(change.id());
      if (known != null && !all.containsKey(change.id()) && change.action() == Action.SKIP) {
        known.dependsOn().forEach(d -> needed.putIfAbsent(d, change.id()));
      }
    }
    return changes.stream()
        .map(
            c ->
                c.action() == Action.DELETE && needed.containsKey(c.id())
                    ? c.skipped(
                        Reason.PRUNE_PROTECTED,
                        "no longer desired; kept because "
                            + needed.get(c.id())
                            + " depends on it (config.kubernetes.io/depends-on)")
                    : c)
        .toList();
  }

  /** Waiting for what is nowhere would be waiting for ever. */
  private void refuseUnknownDependencies(Inventory inventory) {
    List<String> missing = new ArrayList<>();
    for (Prepared one : all.values()) {
      for (ResourceId needed : one.placement().dependsOn()) {
        if (!all.containsKey(needed) && inventory.find(needed).isEmpty()) {
          missing.add(one.id() + " depends on " + needed);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new DiffException(
          "K8S-DEPENDENCY-UNKNOWN",
          Retryability.RETRY_ON_CHANGE,
          "the order of the sync",
          String.join("; ", missing) + ", which is not part of this target",
          "correct config.kubernetes.io/depends-on: group/namespaces/namespace/Kind/name",
          null);
    }
  }
}
