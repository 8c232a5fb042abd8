package io.gitops4j.k8s.internal.observe;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthAssessor;
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

/** Looks at everything that a target's inventory names, one list per kind. */
public final class KubernetesHealthAssessor implements HealthAssessor {
  private final Discovery discovery;
  private final Observer observer;
  private final InventoryReader inventories;
  private final FailureCauses causes;
  private final Function<TargetId, View> views;
  private final Function<ResourceId, Optional<Health>> unseen;

  /**
   * Reads through the given parts.
   *
   * @param unseen what is told of an object that must not be looked at
   */
  public KubernetesHealthAssessor(
      Discovery discovery,
      Observer observer,
      InventoryReader inventories,
      FailureCauses causes,
      Function<TargetId, View> views,
      Function<ResourceId, Optional<Health>> unseen) {
    this.views = views;
    this.causes = causes;
    this.unseen = unseen;
    this.discovery = discovery;
    this.observer = observer;
    this.inventories = inventories;
  }

  @Override
  public SortedMap<ResourceId, Health> assess(TargetId target, OperationContext context) {
    try {
      return look(target, context);
    } catch (KindGoneException e) {
      discovery.refresh(context);
      return look(target, context);
    }
  }

  private SortedMap<ResourceId, Health> look(TargetId target, OperationContext context) {
    Inventory inventory = inventories.load(target, context);
    if (inventory.entries().values().stream()
        .anyMatch(e -> discovery.find(e.apiVersion(), e.id().kind()).isEmpty())) {
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
      discovery
          .find(entry.apiVersion(), entry.id().kind())
          .ifPresent(
              k -> kinds.computeIfAbsent(k, x -> new HashSet<>()).add(entry.id().namespace()));
    }
    Map<ResourceId, LiveSummary> live = observer.labelled(kinds, views.apply(target), context);
    for (ResourceId id : inventory.entries().keySet()) {
      LiveSummary object = live.get(id);
      healths.putIfAbsent(id, object == null ? Health.of(HealthStatus.MISSING) : object.health());
    }
    causes.explain(healths, kinds.keySet(), context);
    return healths;
  }
}
