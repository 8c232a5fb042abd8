package io.gitops4j.k8s.internal.apply;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.FormerOwner;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.former.FormerInventories;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Records as a target's own what another tool owned, so that nothing of it is left behind. */
public final class Succession {
  private final Discovery discovery;
  private final Observer observer;
  private final FormerInventories former;
  private final InventoryStore inventories;
  private final ClusterSettings settings;

  /** Reads and records through the given parts. */
  public Succession(
      Discovery discovery,
      Observer observer,
      FormerInventories former,
      InventoryStore inventories,
      ClusterSettings settings) {
    this.discovery = discovery;
    this.observer = observer;
    this.former = former;
    this.inventories = inventories;
    this.settings = settings;
  }

  /** What the former owner owns that exists and that no target of ours owns. */
  public SortedSet<ResourceId> leftBehind(
      TargetId target, FormerOwner owner, OperationContext context) {
    return Collections.unmodifiableSortedSet(
        new TreeSet<>(find(target, owner, inventories.load(target, context), context).keySet()));
  }

  /** Records that as the target's, each by the very instance that exists. */
  public SortedSet<ResourceId> takeOver(
      TargetId target, FormerOwner owner, OperationContext context) {
    Inventory inventory = inventories.load(target, context);
    Map<ResourceId, LiveSummary> found = find(target, owner, inventory, context);
    List<InventoryEntry> entries = new ArrayList<>();
    found.forEach(
        (id, live) ->
            entries.add(
                new InventoryEntry(
                    id,
                    live.resource().apiVersion(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(live.uid()))));
    if (!entries.isEmpty()) {
      inventories.save(target, inventory.union(entries), context);
    }
    return Collections.unmodifiableSortedSet(new TreeSet<>(found.keySet()));
  }

  private Map<ResourceId, LiveSummary> find(
      TargetId target, FormerOwner owner, Inventory inventory, OperationContext context) {
    discovery.refresh(context);
    View view = settings.view(target);
    Map<ResourceId, ApiResource> wanted = new TreeMap<>();
    for (ResourceId id : former.owned(owner, context)) {
      if (inventory.find(id).isEmpty() && settings.permits().allows(id)) {
        discovery.findAnyVersion(id.group(), id.kind()).ifPresent(kind -> wanted.put(id, kind));
      }
    }
    Map<ResourceId, LiveSummary> found = new TreeMap<>(observer.unlabelled(wanted, view, context));
    found.values().removeIf(live -> !live.owner().isEmpty() && !live.owner().equals(view.hash()));
    return found;
  }
}
