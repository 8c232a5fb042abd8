package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Differ;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.AdoptionPolicy;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Compares manifests with a cluster: fingerprints first, a dry run for what they do not settle. */
public final class KubernetesDiffer implements Differ<ManifestSet> {
  private final Discovery discovery;
  private final Observer observer;
  private final InventoryStore inventories;
  private final Preparation preparation;
  private final ClusterSettings settings;
  private final DryRuns dryRuns;

  /** Reads through the given parts. */
  public KubernetesDiffer(
      KubeHttp http,
      Discovery discovery,
      Observer observer,
      InventoryStore inventories,
      ClusterSettings settings) {
    this.discovery = discovery;
    this.observer = observer;
    this.inventories = inventories;
    this.preparation = new Preparation(discovery, settings);
    this.settings = settings;
    this.dryRuns = new DryRuns(http, observer, settings);
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return ManifestSet.class;
  }

  @Override
  public Plan<ManifestSet> diff(ManifestSet desired, TargetId target, OperationContext context) {
    Inventory inventory = inventories.load(target, context);
    SortedMap<ResourceId, Prepared> prepared = preparation.prepare(desired, target, context);
    Map<ResourceId, ApiResource> kinds = kinds(prepared, inventory, context);
    Map<ResourceId, LiveObject> live = look(kinds, target, context);
    List<Change> changes = new ArrayList<>();
    List<Prepared> unsettled = new ArrayList<>();
    for (Prepared object : prepared.values()) {
      LiveObject there = live.get(object.id());
      Optional<Change> settled =
          settle(object, there, inventory.find(object.id()), target.shortHash());
      settled.ifPresentOrElse(changes::add, () -> unsettled.add(object));
    }
    refuseForeign(changes, target);
    changes.addAll(dryRuns.compare(unsettled, live, inventory, target, context));
    for (InventoryEntry entry : inventory.entries().values()) {
      if (!prepared.containsKey(entry.id())) {
        changes.add(removal(entry, live.get(entry.id()), target.shortHash(), desired.isEmpty()));
      }
    }
    missingNamespace(changes, context).ifPresent(changes::add);
    return Plan.of(target, desired, inventory, changes);
  }

  /** Asked only when something is created there, so that a quiet pass asks nothing. */
  private Optional<Change> missingNamespace(List<Change> changes, OperationContext context) {
    return preparation
        .namespace()
        .filter(n -> changes.stream().noneMatch(c -> c.id().equals(n.id())))
        .filter(
            n ->
                changes.stream()
                    .anyMatch(
                        c ->
                            c.action() == Action.CREATE
                                && c.id().namespace().equals(n.id().name())))
        .filter(n -> observer.one(n.id(), n.resource(), context).isEmpty())
        .map(
            n ->
                new Change(
                    n.id(),
                    Action.CREATE,
                    Reason.PREREQUISITE,
                    List.of(),
                    Optional.empty(),
                    Health.of(HealthStatus.MISSING),
                    "made because it is missing; not owned, never removed"));
  }

  /** How everything desired or owned is served; what is not served any more does not exist. */
  private Map<ResourceId, ApiResource> kinds(
      Map<ResourceId, Prepared> prepared, Inventory inventory, OperationContext context) {
    Map<ResourceId, ApiResource> kinds = new LinkedHashMap<>();
    prepared.values().stream()
        .filter(Prepared::servedYet)
        .forEach(p -> kinds.put(p.id(), p.resource()));
    boolean refreshed = false;
    for (InventoryEntry entry : inventory.entries().values()) {
      if (prepared.containsKey(entry.id())) {
        continue;
      }
      Optional<ApiResource> kind = served(entry);
      if (kind.isEmpty() && !refreshed) {
        discovery.refresh(context);
        refreshed = true;
        kind = served(entry);
      }
      kind.ifPresent(k -> kinds.put(entry.id(), k));
    }
    return kinds;
  }

  private Optional<ApiResource> served(InventoryEntry entry) {
    ResourceId id = entry.id();
    return discovery
        .find(entry.apiVersion(), id.kind())
        .or(() -> discovery.findAnyVersion(id.group(), id.kind()));
  }

  private Map<ResourceId, LiveObject> look(
      Map<ResourceId, ApiResource> kinds, TargetId target, OperationContext context) {
    Map<ApiResource, Set<String>> namespaces = new LinkedHashMap<>();
    kinds.forEach(
        (id, kind) -> namespaces.computeIfAbsent(kind, k -> new HashSet<>()).add(id.namespace()));
    Map<ResourceId, LiveObject> live =
        new HashMap<>(observer.labelled(namespaces, target.shortHash(), context));
    Map<ResourceId, ApiResource> missing = new LinkedHashMap<>(kinds);
    missing.keySet().removeAll(live.keySet());
    live.putAll(observer.unlabelled(missing, context));
    return live;
  }

  /** What can be said without asking the server about this one object. */
  private Optional<Change> settle(
      Prepared object, LiveObject live, Optional<InventoryEntry> entry, String hash) {
    if (live == null) {
      Optional<String> never = ObjectOptions.never(object.body());
      if (never.isPresent()) {
        return Optional.of(
            new Change(
                object.id(),
                Action.SKIP,
                Reason.LEFT,
                List.of(),
                Optional.empty(),
                Health.of(HealthStatus.MISSING),
                "not created, by its " + never.get()));
      }
      boolean vanished = entry.flatMap(InventoryEntry::uid).isPresent();
      Reason reason = vanished ? Reason.VANISHED : Reason.NEW;
      return Optional.of(
          new Change(
              object.id(),
              Action.CREATE,
              reason,
              List.of(),
              Optional.empty(),
              Health.of(HealthStatus.MISSING),
              object.servedYet() ? "" : "its kind is defined by this plan"));
    }
    Health health = HealthRules.assess(live.tree());
    if (live.terminating()) {
      return Optional.of(
          leave(
              object.id(),
              live,
              Reason.VANISHED,
              health,
              "is being deleted; it is created again once it is gone"));
    }
    String owner = live.label(Observer.TARGET_LABEL);
    if (!owner.equals(hash) && !owner.isEmpty()) {
      return Optional.of(
          leave(
              object.id(),
              live,
              Reason.NOT_OWNED,
              health,
              "belongs to another target, whose label value is " + owner));
    }
    Optional<String> left = ObjectOptions.leave(object.body(), live.tree());
    if (left.isPresent()) {
      return Optional.of(
          leave(object.id(), live, Reason.LEFT, health, "left as it is, by its " + left.get()));
    }
    if (entry.isEmpty() && owner.isEmpty() && settings.adoption() == AdoptionPolicy.MUST_MATCH) {
      return Optional.of(
          leave(
              object.id(),
              live,
              Reason.NOT_OWNED,
              health,
              "exists already and was not created by this target; to take it over, allow adoption"));
    }
    boolean same =
        entry.isPresent()
            && !live.metadataOnly()
            && entry.get().uid().equals(Optional.of(live.uid()))
            && entry.get().desired().equals(Optional.of(object.digest()))
            && entry.get().fingerprint().isPresent()
            && entry
                .get()
                .fingerprint()
                .equals(object.ignored().fingerprint(live.tree(), settings.fieldManager()));
    if (!same) {
      return Optional.empty();
    }
    return Optional.of(
        new Change(
            object.id(),
            Action.NONE,
            Reason.IN_SYNC,
            List.of(),
            Optional.of(
                new LiveVersion(
                    live.uid(),
                    entry.get().fingerprint().get().toString(),
                    live.resourceVersion())),
            health,
            ""));
  }

  /** Whoever applies to what is somebody else's starts a fight: nothing is planned then. */
  private static void refuseForeign(List<Change> changes, TargetId target) {
    List<String> foreign =
        changes.stream()
            .filter(c -> c.reason() == Reason.NOT_OWNED)
            .map(c -> c.id() + " " + c.note())
            .toList();
    if (!foreign.isEmpty()) {
      throw new DiffException(
          "K8S-NOT-OWNED",
          Retryability.RETRY_ON_CHANGE,
          target.name(),
          String.join("; ", foreign),
          "remove it from one of the targets, or allow adoption of what nobody owns",
          null);
    }
  }

  private static Change leave(
      ResourceId id, LiveObject live, Reason reason, Health health, String note) {
    return new Change(
        id, Action.SKIP, reason, List.of(), Optional.of(live.version()), health, note);
  }

  private Change removal(InventoryEntry entry, LiveObject live, String hash, boolean end) {
    ResourceId id = entry.id();
    boolean ours =
        live != null
            && (live.label(Observer.TARGET_LABEL).equals(hash)
                || entry.uid().equals(Optional.of(live.uid())));
    if (!ours) {
      return new Change(
          id,
          Action.DELETE,
          Reason.REMOVED,
          List.of(),
          Optional.empty(),
          Health.of(HealthStatus.MISSING),
          "it is gone already and only leaves the inventory");
    }
    Health health = HealthRules.assess(live.tree());
    if (live.terminating()) {
      return leave(id, live, Reason.REMOVED, health, health.message());
    }
    Optional<String> keep = ObjectOptions.keep(live.tree(), end);
    if (keep.isPresent()) {
      return leave(
          id, live, Reason.PRUNE_PROTECTED, health, "no longer desired; kept by its " + keep.get());
    }
    Change delete =
        new Change(
            id, Action.DELETE, Reason.REMOVED, List.of(), Optional.of(live.version()), health, "");
    return settings.protectedKinds().contains(id.group() + "/" + id.kind())
        ? delete.skipped(
            Reason.PRUNE_PROTECTED,
            "no longer desired; " + id.kind() + " is removed only with permission")
        : delete;
  }
}
