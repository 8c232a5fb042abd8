package io.gitops4j.k8s.internal.observe;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryReader;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Looks at everything that a target's inventory names, one list per kind. Thread-safe. */
public final class OwnedObjects {
  private final Discovery discovery;
  private final Observer observer;
  private final InventoryReader inventories;
  private final Function<TargetId, View> views;
  private final Function<ResourceId, Optional<Health>> unseen;

  /**
   * Reads through the given parts.
   *
   * @param unseen what is told of an object that must not be looked at
   */
  public OwnedObjects(
      Discovery discovery,
      Observer observer,
      InventoryReader inventories,
      Function<TargetId, View> views,
      Function<ResourceId, Optional<Health>> unseen) {
    this.discovery = discovery;
    this.observer = observer;
    this.inventories = inventories;
    this.views = views;
    this.unseen = unseen;
  }

  /**
   * What was seen.
   *
   * @param healths of every entry of the inventory; missing where nothing is there, unknown where
   *     that cannot be told
   * @param live what is there
   * @param kinds that were looked at, and in which namespaces they are owned
   */
  record Look(
      SortedMap<ResourceId, Health> healths,
      Map<ResourceId, LiveSummary> live,
      Map<ApiResource, Set<String>> kinds) {}

  /** How a target's objects are looked at. */
  View view(TargetId target) {
    return views.apply(target);
  }

  /** Looks; once more when a kind is gone meanwhile. */
  Look look(TargetId target, OperationContext context) {
    try {
      return once(target, context);
    } catch (KindGoneException e) {
      discovery.refresh(context);
      return once(target, context);
    }
  }

  private Look once(TargetId target, OperationContext context) {
    Inventory inventory = inventories.load(target, context);
    if (inventory.entries().values().stream()
        .anyMatch(e -> discovery.findFor(e.id(), e.apiVersion()).isEmpty())) {
      discovery.refresh(context);
    }
    Map<ApiResource, Set<String>> kinds = new LinkedHashMap<>();
    SortedMap<ResourceId, Health> healths = new TreeMap<>();
    for (InventoryEntry entry : inventory.entries().values()) {
      Optional<Health> told = unseen.apply(entry.id());
      if (told.isPresent()) {
        healths.put(entry.id(), told.get());
        continue;
      }
      Optional<ApiResource> kind = discovery.findFor(entry.id(), entry.apiVersion());
      if (kind.isPresent()) {
        kinds.computeIfAbsent(kind.get(), k -> new HashSet<>()).add(entry.id().namespace());
      } else if (discovery.silent().contains(entry.id().group())) {
        // It is not listed, which does not mean that it is not there.
        String silent = Lists.silent(entry.id().group());
        healths.put(entry.id(), new Health(HealthStatus.UNKNOWN, silent));
      }
    }
    Map<ResourceId, LiveSummary> live = observer.labelled(kinds, view(target), context);
    live.keySet().retainAll(inventory.entries().keySet());
    for (ResourceId id : inventory.entries().keySet()) {
      LiveSummary object = live.get(id);
      healths.putIfAbsent(id, object == null ? Health.of(HealthStatus.MISSING) : object.health());
    }
    return new Look(healths, live, kinds);
  }
}
