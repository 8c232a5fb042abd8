package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Differ;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.KindGoneException;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.order.HookPhases;
import io.gitops4j.k8s.internal.order.SyncRecord;
import io.gitops4j.k8s.internal.order.SyncRecords;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Compares manifests with a cluster: fingerprints first, a dry run for what they do not settle. */
public final class KubernetesDiffer implements Differ<ManifestSet> {
  private final Discovery discovery;
  private final Observer observer;
  private final InventoryStore inventories;
  private final SyncRecords records;
  private final Preparation preparation;
  private final ClusterSettings settings;
  private final Settlement settlement;
  private final DryRuns dryRuns;
  private final PlanText text;
  private final Losses losses;
  private final KubeHttp http;
  private final Map<TargetId, Verdicts> known = new ConcurrentHashMap<>();

  /** Reads through the given parts. */
  public KubernetesDiffer(
      KubeHttp http,
      Discovery discovery,
      Observer observer,
      Preparation preparation,
      InventoryStore inventories,
      SyncRecords records,
      ClusterSettings settings) {
    this.http = http;
    this.discovery = discovery;
    this.observer = observer;
    this.inventories = inventories;
    this.records = records;
    this.preparation = preparation;
    this.settings = settings;
    this.settlement = new Settlement(settings);
    this.dryRuns = new DryRuns(http, observer, settlement, settings);
    this.text = new PlanText(discovery, observer, preparation, records);
    this.losses = new Losses(http, discovery);
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return ManifestSet.class;
  }

  @Override
  public Plan<ManifestSet> diff(ManifestSet desired, TargetId target, OperationContext context) {
    try {
      return compare(desired, target, context);
    } catch (KindGoneException e) {
      // What discovery told is old: a definition was deleted since.
      discovery.refresh(context);
      return compare(desired, target, context);
    }
  }

  private Plan<ManifestSet> compare(
      ManifestSet desired, TargetId target, OperationContext context) {
    View view = settings.view(target);
    // The server lists while the inventory is read and manifests are made ready.
    CompletableFuture<Void> served = discovery.first();
    CompletableFuture<Observer.Looks> begun = served.thenApply(s -> lookAhead(desired, view));
    Inventory inventory = inventories.load(target, context);
    SyncRecord record = records.beside(inventory, target, context);
    discovery.await(served, context);
    SortedMap<ResourceId, Prepared> all =
        Farewell.prepare(preparation, desired, record, target, context);
    settings.permits().demand(target, all.keySet());
    PlannedOrder order =
        PlannedOrder.of(all, new Substitutions(discovery, observer, settings.permits(), context));
    SortedMap<ResourceId, Prepared> prepared = order.objects();
    Map<ResourceId, ApiResource> kinds = kinds(prepared, inventory, context);
    Map<ResourceId, LiveSummary> live = look(kinds, begun.join(), view, context);
    Verdicts verdicts = known.computeIfAbsent(target, t -> new Verdicts());
    verdicts.retain(prepared.keySet());
    Basis basis =
        new Basis(inventory, view, verdicts, owners(prepared.keySet(), live, view, context));
    List<Change> changes = new ArrayList<>();
    List<Prepared> unsettled = new ArrayList<>();
    for (Prepared object : prepared.values()) {
      Optional<LiveSummary> there = Optional.ofNullable(live.get(object.id()));
      Prepared compared = there.map(l -> settlement.comparedWith(l, object, basis)).orElse(object);
      order
          .untold(compared, settlement.settle(object, there, basis), there)
          .ifPresentOrElse(changes::add, () -> unsettled.add(object));
    }
    changes.addAll(dryRuns.compare(unsettled, basis, context));
    refuseForeign(changes, target);
    for (InventoryEntry entry : inventory.entries().values()) {
      if (!order.desires(entry.id())) {
        changes.add(removal(entry, live, view, desired.isEmpty(), context));
      }
    }
    if (order.any() || !record.equals(SyncRecord.NONE)) {
      HookPhases phases = HookPhases.of(record, desired, inventory);
      changes = ordered(changes, order, phases, inventory, view, context);
    }
    namespace(changes, basis, context).ifPresent(changes::add);
    return Plan.of(target, desired, inventory, changes);
  }

  @Override
  public String unified(Plan<ManifestSet> plan, Change change, OperationContext context) {
    return text.of(plan, change, context);
  }

  private Change removal(
      InventoryEntry entry,
      Map<ResourceId, LiveSummary> live,
      View view,
      boolean end,
      OperationContext context) {
    Optional<Change> left =
        settings
            .permits()
            .left(entry.id(), "no longer desired; kept, because it must not be touched");
    if (left.isPresent()) {
      return left.get();
    }
    Optional<LiveSummary> there = Optional.ofNullable(live.get(entry.id()));
    return losses.tell(settlement.removal(entry, there, view, end), context);
  }

  private List<Change> ordered(
      List<Change> changes,
      PlannedOrder order,
      HookPhases phases,
      Inventory inventory,
      View view,
      OperationContext context) {
    List<Change> complete = new ArrayList<>(changes);
    complete.addAll(
        order.leftovers(phases, inventory, settings.permits(), discovery, observer, view, context));
    return order.complete(complete, inventory, phases);
  }

  /** Asked only when another target's label is met on what is desired here. */
  private Owners owners(
      Set<ResourceId> desired,
      Map<ResourceId, LiveSummary> live,
      View view,
      OperationContext context) {
    Set<String> others = new TreeSet<>();
    live.forEach(
        (id, summary) -> {
          String owner = summary.owner();
          if (!owner.equals(view.hash()) && !owner.isEmpty() && desired.contains(id)) {
            others.add(owner);
          }
        });
    return Owners.of(others, settings.stateNamespace(), http.own(), inventories, context);
  }

  /**
   * The namespace that is made. It is asked about when something is created there, or when it
   * carries something, so that a quiet pass asks nothing otherwise.
   */
  private Optional<Change> namespace(List<Change> changes, Basis basis, OperationContext context) {
    Optional<Prepared> wanted =
        preparation
            .namespace(basis.view().target())
            .filter(n -> changes.stream().noneMatch(c -> c.id().equals(n.id())));
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    Prepared namespace = wanted.get();
    boolean needed =
        changes.stream()
            .anyMatch(
                c ->
                    c.action() == Action.CREATE
                        && c.id().namespace().equals(namespace.id().name()));
    if (!needed && settings.namespaceMetadata().isEmpty()) {
      return Optional.empty();
    }
    Optional<Change> left =
        settings.permits().left(namespace.id(), "not made, should it be missing, and not changed");
    if (left.isPresent()) {
      return left;
    }
    Optional<LiveObject> live = observer.one(namespace.id(), namespace.resource(), context);
    if (live.isPresent()) {
      return settings.namespaceMetadata().isEmpty()
          ? Optional.empty()
          : dryRuns.prerequisite(namespace, live.get(), context);
    }
    return needed
        ? Optional.of(
            new Change(
                namespace.id(),
                Action.CREATE,
                Reason.PREREQUISITE,
                List.of(),
                Optional.empty(),
                Health.of(HealthStatus.MISSING),
                "made because it is missing; not owned, never removed"))
        : Optional.empty();
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
      boolean wanted = kinds.containsKey(entry.id()) || prepared.containsKey(entry.id());
      if (wanted || !settings.permits().allows(entry.id())) {
        continue;
      }
      Optional<ApiResource> kind = discovery.findFor(entry.id(), entry.apiVersion());
      if (kind.isEmpty() && !refreshed) {
        discovery.refresh(context);
        refreshed = true;
        kind = discovery.findFor(entry.id(), entry.apiVersion());
      }
      if (kind.isEmpty()) {
        discovery.checkAnswers(entry.id().group());
      }
      kind.ifPresent(k -> kinds.put(entry.id(), k));
    }
    return kinds;
  }

  /**
   * What is surely looked at is asked for first, so that the server lists while manifests are made
   * ready. Of what must not be touched nothing is asked.
   */
  private Observer.Looks lookAhead(ManifestSet desired, View view) {
    Map<ResourceId, ApiResource> served = preparation.served(desired, view.target());
    boolean allowed = served.keySet().stream().allMatch(settings.permits()::allows);
    return observer.begin(allowed ? new LinkedHashSet<>(served.values()) : Set.of(), view);
  }

  private Map<ResourceId, LiveSummary> look(
      Map<ResourceId, ApiResource> kinds,
      Observer.Looks begun,
      View view,
      OperationContext context) {
    Map<ApiResource, Set<String>> namespaces = new LinkedHashMap<>();
    kinds.forEach(
        (id, kind) -> namespaces.computeIfAbsent(kind, k -> new HashSet<>()).add(id.namespace()));
    Map<ResourceId, LiveSummary> live = observer.labelled(namespaces, begun, view, context);
    Map<ResourceId, ApiResource> missing = new LinkedHashMap<>();
    kinds.forEach(
        (id, kind) -> {
          if (!live.containsKey(id)) {
            missing.put(id, kind);
          }
        });
    live.putAll(observer.unlabelled(missing, view, context));
    return live;
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
}
