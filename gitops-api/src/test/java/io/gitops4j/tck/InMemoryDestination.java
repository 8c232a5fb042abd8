package io.gitops4j.tck;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.Applier;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Differ;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.HistoryStore;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.PinStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A destination whose things are texts in memory: for tests of a source, a renderer, a gate or a
 * listener without a cluster. Thread-safe.
 */
public final class InMemoryDestination implements Destination<TextSet> {
  /** How many entries a history has at most. */
  private static final int KEPT = 10;

  private final Map<ResourceId, String> live = new TreeMap<>();
  private final Map<TargetId, Inventory> inventories = new HashMap<>();
  private final Map<TargetId, List<HistoryEntry>> histories = new HashMap<>();
  private final Map<String, Health> ailing = new HashMap<>();
  private final Map<TargetId, Pin> pins = new HashMap<>();
  private final Set<ResourceId> refused = new HashSet<>();
  private final Set<ResourceId> held = new HashSet<>();
  private final Set<ResourceId> going = new HashSet<>();
  private int writes;
  private int saves;

  /** What is live, for looking at and for drifting. */
  public synchronized Map<ResourceId, String> live() {
    return live;
  }

  /** Refuses writes to a thing from now on. */
  public synchronized void refuse(ResourceId id) {
    refused.add(id);
  }

  /** Takes writes to a thing again. */
  public synchronized void allow(ResourceId id) {
    refused.remove(id);
  }

  /** Keeps a thing that is removed from now on, as finalizers do. */
  public synchronized void hold(ResourceId id) {
    held.add(id);
  }

  /** Says how well things with a text are from now on; without, they are healthy. */
  public synchronized void ail(String text, Health health) {
    ailing.put(text, health);
  }

  private Health health(ResourceId id) {
    if (going.contains(id)) {
      return new Health(HealthStatus.PROGRESSING, "is being deleted");
    }
    String text = live.get(id);
    return text == null
        ? Health.of(HealthStatus.MISSING)
        : ailing.getOrDefault(text, Health.of(HealthStatus.HEALTHY));
  }

  /** How many writes happened. */
  public synchronized int writes() {
    return writes;
  }

  @Override
  public Differ<TextSet> differ() {
    return new TextDiffer();
  }

  @Override
  public Applier<TextSet> applier() {
    return new TextApplier();
  }

  @Override
  public InventoryStore inventory() {
    return new MapInventoryStore();
  }

  @Override
  public HealthAssessor health() {
    return (target, context) -> {
      synchronized (this) {
        SortedMap<ResourceId, Health> healths = new TreeMap<>();
        for (ResourceId id : inventory(target).entries().keySet()) {
          healths.put(id, health(id));
        }
        return healths;
      }
    };
  }

  @Override
  public HistoryStore history() {
    return new ListHistoryStore();
  }

  @Override
  public PinStore pins() {
    return new MapPinStore();
  }

  @Override
  public void close() {
    // Nothing is held.
  }

  private synchronized Inventory inventory(TargetId target) {
    return inventories.getOrDefault(target, Inventory.empty());
  }

  private LiveVersion version(ResourceId id) {
    String digest = Digest.sha256(live.get(id)).toString();
    return new LiveVersion(id.toString(), digest, digest);
  }

  private final class TextDiffer implements Differ<TextSet> {
    @Override
    public Class<TextSet> desiredType() {
      return TextSet.class;
    }

    @Override
    public Plan<TextSet> diff(TextSet desired, TargetId target, OperationContext context) {
      context.checkActive(Stage.DIFF);
      synchronized (InMemoryDestination.this) {
        Inventory inventory = inventory(target);
        List<Change> changes = new ArrayList<>();
        desired.texts().entrySet().stream()
            .filter(e -> !going.contains(e.getKey()))
            .map(e -> change(e.getKey(), e.getValue(), inventory.find(e.getKey())))
            .forEach(changes::add);
        for (ResourceId id : inventory.entries().keySet()) {
          if (going.contains(id)) {
            changes.add(leaving(id));
          } else if (!desired.texts().containsKey(id)) {
            changes.add(
                new Change(
                    id,
                    Action.DELETE,
                    Reason.REMOVED,
                    List.of(),
                    live.containsKey(id) ? Optional.of(version(id)) : Optional.empty(),
                    Health.of(HealthStatus.HEALTHY),
                    ""));
          }
        }
        return Plan.of(target, desired, inventory, changes);
      }
    }

    private Change leaving(ResourceId id) {
      return new Change(
          id,
          Action.SKIP,
          Reason.TERMINATING,
          List.of(),
          Optional.of(version(id)),
          health(id),
          "is being deleted");
    }

    private Change change(ResourceId id, String text, Optional<InventoryEntry> entry) {
      String now = live.get(id);
      if (now == null) {
        boolean known = entry.flatMap(InventoryEntry::uid).isPresent();
        return new Change(
            id,
            Action.CREATE,
            known ? Reason.VANISHED : Reason.NEW,
            List.of(),
            Optional.empty(),
            Health.of(HealthStatus.MISSING),
            "");
      }
      boolean same = now.equals(text);
      boolean asApplied =
          entry.flatMap(InventoryEntry::desired).equals(Optional.of(Digest.sha256(text)));
      return new Change(
          id,
          same ? Action.NONE : Action.UPDATE,
          same ? Reason.IN_SYNC : asApplied ? Reason.DRIFTED : Reason.CHANGED,
          same
              ? List.of()
              : List.of(
                  new FieldChange("text", Optional.of(now), Optional.of(text), Optional.empty())),
          Optional.of(version(id)),
          health(id),
          "");
    }
  }

  private final class TextApplier implements Applier<TextSet> {
    @Override
    public Class<TextSet> desiredType() {
      return TextSet.class;
    }

    @Override
    public Outcome apply(
        Plan<TextSet> plan, Consumer<ChangeResult> progress, OperationContext context) {
      synchronized (InMemoryDestination.this) {
        SortedMap<ResourceId, InventoryEntry> entries = new TreeMap<>(plan.inventory().entries());
        List<InventoryEntry> planned =
            plan.changes().stream()
                .filter(c -> c.action() == Action.CREATE || c.action() == Action.UPDATE)
                .map(c -> InventoryEntry.planned(c.id(), "v1"))
                .toList();
        Inventory ahead = inventory().save(plan.target(), plan.inventory().union(planned), context);
        List<ChangeResult> results = new ArrayList<>();
        planned.forEach(e -> entries.putIfAbsent(e.id(), e));
        for (Change change : plan.changes()) {
          context.checkActive(Stage.APPLY);
          ChangeResult result = write(change, plan, entries);
          results.add(result);
          progress.accept(result);
        }
        Inventory stored =
            inventory().save(plan.target(), ahead.withEntries(entries.values()), context);
        return new Outcome(results, stored);
      }
    }

    private ChangeResult write(
        Change change, Plan<TextSet> plan, SortedMap<ResourceId, InventoryEntry> entries) {
      ResourceId id = change.id();
      if (!change.action().writes()) {
        Actuation actuation =
            change.action() == Action.NONE ? Actuation.SUCCEEDED : Actuation.SKIPPED;
        return new ChangeResult(change, actuation, change.health(), Optional.empty());
      }
      boolean moved =
          change.live().isPresent()
              && (live.containsKey(id)
                  ? !version(id).equals(change.live().get())
                  : change.action() != Action.DELETE);
      if (moved || refused.contains(id)) {
        Failure failure =
            new Failure(
                Stage.APPLY,
                moved ? "STALE-PLAN" : "REFUSED",
                Retryability.RETRY,
                Optional.of(id.toString()),
                moved ? "it moved since it was compared" : "it refuses to be written",
                Optional.empty());
        return new ChangeResult(change, Actuation.FAILED, change.health(), Optional.of(failure));
      }
      writes++;
      if (change.action() == Action.DELETE && held.contains(id)) {
        going.add(id);
        return new ChangeResult(change, Actuation.SUCCEEDED, health(id), Optional.empty());
      }
      if (change.action() == Action.DELETE) {
        live.remove(id);
        entries.remove(id);
        return new ChangeResult(
            change, Actuation.SUCCEEDED, Health.of(HealthStatus.MISSING), Optional.empty());
      }
      String text = plan.desired().texts().get(id);
      live.put(id, text);
      Digest digest = Digest.sha256(text);
      entries.put(
          id,
          new InventoryEntry(
              id, "v1", Optional.of(digest), Optional.of(digest), Optional.of(id.toString())));
      return new ChangeResult(change, Actuation.SUCCEEDED, health(id), Optional.empty());
    }
  }

  private final class MapInventoryStore implements InventoryStore {
    @Override
    public Inventory load(TargetId target, OperationContext context) {
      return inventory(target);
    }

    @Override
    public Inventory save(TargetId target, Inventory inventory, OperationContext context) {
      synchronized (InMemoryDestination.this) {
        if (!inventory(target).version().equals(inventory.version())) {
          throw new InventoryException(
              "INVENTORY-CONFLICT",
              Retryability.RETRY,
              target.name(),
              "somebody else stored it in between",
              "load it again",
              null);
        }
        Inventory stored =
            new Inventory(
                inventory.entries(), Optional.of(String.valueOf(++saves)), inventory.records());
        inventories.put(target, stored);
        return stored;
      }
    }
  }

  private final class ListHistoryStore implements HistoryStore {
    @Override
    public void add(TargetId target, HistoryEntry entry, OperationContext context) {
      context.checkActive(Stage.INVENTORY);
      synchronized (InMemoryDestination.this) {
        histories.merge(
            target,
            List.of(entry),
            (kept, added) -> entry.addedTo(kept).stream().limit(KEPT).toList());
      }
    }

    @Override
    public List<HistoryEntry> list(TargetId target, OperationContext context) {
      synchronized (InMemoryDestination.this) {
        return List.copyOf(histories.getOrDefault(target, List.of()));
      }
    }
  }

  private final class MapPinStore implements PinStore {
    @Override
    public Optional<Pin> load(TargetId target, OperationContext context) {
      synchronized (InMemoryDestination.this) {
        return Optional.ofNullable(pins.get(target));
      }
    }

    @Override
    public void save(TargetId target, Pin pin, OperationContext context) {
      synchronized (InMemoryDestination.this) {
        pins.put(target, pin);
      }
    }

    @Override
    public void remove(TargetId target, OperationContext context) {
      synchronized (InMemoryDestination.this) {
        pins.remove(target);
      }
    }
  }
}
