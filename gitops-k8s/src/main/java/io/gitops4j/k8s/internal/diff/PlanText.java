package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.observe.LiveContent;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.order.SyncRecord;
import io.gitops4j.k8s.internal.order.SyncRecords;
import io.gitops4j.operation.OperationContext;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The changes of a plan as text. A plan holds differences, not objects: the live one is asked for
 * again when its change is shown, and must be the one that was compared.
 */
final class PlanText {
  private final Discovery discovery;
  private final Observer observer;
  private final Preparation preparation;
  private final SyncRecords records;

  PlanText(Discovery discovery, Observer observer, Preparation preparation, SyncRecords records) {
    this.discovery = discovery;
    this.observer = observer;
    this.preparation = preparation;
    this.records = records;
  }

  String of(Plan<ManifestSet> plan, Change change, OperationContext context) {
    return switch (change.action()) {
      case CREATE -> UnifiedText.created(change, prepared(plan, change, context).body());
      case DELETE ->
          change.live().isEmpty() ? "" : UnifiedText.deleted(change, live(plan, change, context));
      case REPLACE ->
          UnifiedText.replaced(
              change, live(plan, change, context), prepared(plan, change, context).body());
      case UPDATE, SKIP, NONE ->
          change.fields().isEmpty()
              ? ""
              : UnifiedText.changed(change, compared(change, live(plan, change, context)));
    };
  }

  private Prepared prepared(Plan<ManifestSet> plan, Change change, OperationContext context) {
    if (change.reason() == Reason.PREREQUISITE) {
      return preparation.namespace(plan.target()).orElseThrow();
    }
    SyncRecord record = records.beside(plan.inventory(), plan.target(), context);
    return Farewell.prepare(preparation, plan.desired(), record, plan.target(), context)
        .get(change.id());
  }

  /** The very instance that the plan speaks of. */
  private JsonNode live(Plan<ManifestSet> plan, Change change, OperationContext context) {
    String uid = change.live().orElseThrow().uid();
    return resource(plan, change, context)
        .flatMap(kind -> observer.one(change.id(), kind, context))
        .map(LiveObject::tree)
        .filter(o -> o.path("metadata").path("uid").asString("").equals(uid))
        .orElseThrow(() -> moved(change));
  }

  private Optional<ApiResource> resource(
      Plan<ManifestSet> plan, Change change, OperationContext context) {
    if (change.action() != Action.DELETE) {
      return Optional.of(prepared(plan, change, context).resource());
    }
    String version = plan.inventory().find(change.id()).map(InventoryEntry::apiVersion).orElse("");
    return discovery.findFor(change.id(), version);
  }

  private static JsonNode compared(Change change, JsonNode live) {
    if (!LiveContent.digest(live).equals(change.live().orElseThrow().content())) {
      throw moved(change);
    }
    return live;
  }

  private static DiffException moved(Change change) {
    return new DiffException(
        "K8S-STALE-PLAN",
        Retryability.RETRY,
        change.id().toString(),
        "it changed after the plan was made",
        "plan again",
        null);
  }
}
