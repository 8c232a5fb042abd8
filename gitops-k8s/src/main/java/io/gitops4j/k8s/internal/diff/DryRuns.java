package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** What an apply would change, told by the server's dry run of it. */
final class DryRuns {
  private final KubeHttp http;
  private final Observer observer;
  private final ClusterSettings settings;

  DryRuns(KubeHttp http, Observer observer, ClusterSettings settings) {
    this.http = http;
    this.observer = observer;
    this.settings = settings;
  }

  /** A change for each, in their order. */
  List<Change> compare(
      List<Prepared> unsettled,
      Map<ResourceId, LiveObject> live,
      Inventory inventory,
      TargetId target,
      OperationContext context) {
    List<Change> changes = new ArrayList<>();
    // A window of requests in flight; answers are taken in order.
    int window = settings.concurrency();
    List<CompletableFuture<KubeResponse>> sent = new ArrayList<>();
    for (int next = 0; changes.size() < unsettled.size(); ) {
      while (next < unsettled.size() && next - changes.size() < window) {
        context.checkActive(Stage.DIFF);
        Prepared object = unsettled.get(next++);
        LiveObject there =
            object.ignored().isEmpty()
                ? live.get(object.id())
                : whole(live.get(object.id()), object, context);
        Map<String, String> query =
            Map.of(
                "fieldManager",
                settings.fieldManager(),
                "force",
                "true",
                "fieldValidation",
                "Strict",
                "dryRun",
                "All");
        sent.add(
            http.send(
                "PATCH",
                object.resource().objectPath(object.id().namespace(), object.id().name()),
                query,
                "application/apply-patch+yaml",
                object.over(there.tree(), settings.fieldManager()).toString()));
      }
      Prepared object = unsettled.get(changes.size());
      LiveObject there = whole(live.get(object.id()), object, context);
      KubeResponse answer;
      try {
        answer = http.await(sent.get(changes.size()), Stage.DIFF, context);
      } catch (ExecutionException e) {
        throw KubeFailures.cannotLook(
            KubeFailures.lost(Stage.DIFF, object.id().toString(), http.server(), e));
      }
      changes.add(compared(object, there, inventory.find(object.id()), answer, target));
    }
    return changes;
  }

  private LiveObject whole(LiveObject live, Prepared object, OperationContext context) {
    return live.metadataOnly()
        ? observer.one(object.id(), object.resource(), context).orElse(live)
        : live;
  }

  private Change compared(
      Prepared object,
      LiveObject live,
      Optional<InventoryEntry> entry,
      KubeResponse answer,
      TargetId target) {
    Health health = HealthRules.assess(live.tree());
    boolean appliedAsDesired =
        entry.flatMap(InventoryEntry::desired).equals(Optional.of(object.digest()));
    Reason reason =
        entry.isEmpty() ? Reason.ADOPTED : appliedAsDesired ? Reason.DRIFTED : Reason.CHANGED;
    if (!answer.ok()) {
      Failure failure = KubeFailures.of(Stage.DIFF, object.id().toString(), answer);
      if (failure.retryability() == Retryability.RETRY && answer.code() != 409) {
        throw KubeFailures.cannotLook(failure);
      }
      String said =
          SecretValues.mask(
              failure.reason(), object.id().group(), object.id().kind(), object.body());
      return new Change(
          object.id(),
          Action.UPDATE,
          reason,
          List.of(),
          Optional.of(live.version()),
          health,
          "the server refuses it: " + said);
    }
    List<FieldChange> fields =
        TreeDiff.of(
            live.tree(),
            answer.body(),
            SecretValues.isSecret(object.id().group(), object.id().kind()),
            settings.fieldManager());
    if (fields.isEmpty() && appliedAsDesired && !object.ignored().isEmpty()) {
      // Somebody took over an ignored field: its bookkeeping is no reason to write.
      return new Change(
          object.id(),
          Action.NONE,
          Reason.IN_SYNC,
          List.of(),
          Optional.of(live.version()),
          health,
          "differs in ignored fields only");
    }
    return new Change(
        object.id(),
        Action.UPDATE,
        fields.isEmpty() ? Reason.OWNERSHIP : reason,
        fields,
        Optional.of(live.version()),
        health,
        fields.isEmpty() ? "its values are as desired; " + target + " takes their ownership" : "");
  }
}
