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

  /** Reads through the given parts. */
  public KubernetesHealthAssessor(
      Discovery discovery,
      Observer observer,
      InventoryReader inventories,
      FailureCauses causes,
      Function<TargetId, View> views) {
    this.views = views;
    this.causes = causes;
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
    for (InventoryEntry entry : inventory.entries().values()) {
      discovery
          .find(entry.apiVersion(), entry.id().kind())
          .ifPresent(
              k -> kinds.computeIfAbsent(k, x -> new HashSet<>()).add(entry.id().namespace()));
    }
    Map<ResourceId, LiveSummary> live = observer.labelled(kinds, views.apply(target), context);
    SortedMap<ResourceId, Health> healths = new TreeMap<>();
    for (ResourceId id : inventory.entries().keySet()) {
      LiveSummary object = live.get(id);
      healths.put(id, object == null ? Health.of(HealthStatus.MISSING) : object.health());
    }
    causes.explain(healths, kinds.keySet(), context);
    return healths;
  }
}
