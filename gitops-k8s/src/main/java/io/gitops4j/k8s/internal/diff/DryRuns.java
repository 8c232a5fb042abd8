package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.node.ObjectNode;

/** What an apply would change, told by the server's dry run of it. */
final class DryRuns {
  private final KubeHttp http;
  private final Observer observer;
  private final Settlement settlement;
  private final ClusterSettings settings;

  DryRuns(KubeHttp http, Observer observer, Settlement settlement, ClusterSettings settings) {
    this.http = http;
    this.observer = observer;
    this.settlement = settlement;
    this.settings = settings;
  }

  /** What was asked about one object: how it is, and, when that settles nothing, the dry run. */
  private record Asked(Prepared object, CompletableFuture<Answer> answer) {}

  private record Answer(KubeResponse live, Optional<Change> settled, KubeResponse dryRun) {}

  /** A change for each, in their order; no more of them are held at once than are in flight. */
  List<Change> compare(
      List<Prepared> unsettled, Inventory inventory, View view, OperationContext context) {
    List<Change> changes = new ArrayList<>();
    Deque<Asked> asked = new ArrayDeque<>();
    for (Prepared object : unsettled) {
      if (asked.size() == settings.concurrency()) {
        changes.add(take(asked.remove(), inventory, view, context));
      }
      context.checkActive(Stage.DIFF);
      asked.add(new Asked(object, ask(object, inventory.find(object.id()), view)));
    }
    while (!asked.isEmpty()) {
      changes.add(take(asked.remove(), inventory, view, context));
    }
    return changes;
  }

  private CompletableFuture<Answer> ask(
      Prepared object, Optional<InventoryEntry> entry, View view) {
    return observer
        .ask(object.id(), object.resource())
        .thenCompose(
            live -> {
              // An index may be behind by a moment: the object itself says how it is.
              Optional<Change> settled =
                  live.ok() || live.code() == 404
                      ? settlement.settle(
                          object,
                          live.ok()
                              ? Optional.of(
                                  view.summarise(object.resource(), object.id(), live.body()))
                              : Optional.empty(),
                          entry,
                          view)
                      : Optional.empty();
              return !live.ok() || settled.isPresent()
                  ? CompletableFuture.completedFuture(new Answer(live, settled, live))
                  : dryRun(object, live).thenApply(said -> new Answer(live, settled, said));
            });
  }

  private CompletableFuture<KubeResponse> dryRun(Prepared object, KubeResponse live) {
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
    return http.send(
        "PATCH",
        object.resource().objectPath(object.id().namespace(), object.id().name()),
        query,
        "application/apply-patch+yaml",
        object.over(live.body(), settings.fieldManager()).toString());
  }

  private Change take(Asked asked, Inventory inventory, View view, OperationContext context) {
    Prepared object = asked.object();
    Answer answer;
    try {
      answer = http.await(asked.answer(), Stage.DIFF, context);
      KubeResponse live = answer.live();
      if (live.ok() && answer.dryRun().code() == 429) {
        // One at a time from here on: many at once are what the server is busy with.
        answer =
            new Answer(
                live,
                answer.settled(),
                http.patiently(() -> dryRun(object, live), Stage.DIFF, context));
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GitOpsException known) {
        throw known;
      }
      throw KubeFailures.cannotLook(
          KubeFailures.lost(Stage.DIFF, object.id().toString(), http.server(), e));
    }
    if (answer.settled().isPresent()) {
      return answer.settled().get();
    }
    if (!answer.live().ok()) {
      throw KubeFailures.cannotLook(
          KubeFailures.of(Stage.DIFF, object.id().toString(), answer.live()));
    }
    return compared(
        object,
        new LiveObject(object.resource(), answer.live().body()),
        inventory.find(object.id()),
        answer.dryRun(),
        view.target());
  }

  private Change compared(
      Prepared object,
      LiveObject live,
      Optional<InventoryEntry> entry,
      KubeResponse answer,
      TargetId target) {
    Health health = settings.health().assess(live.tree());
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
    ObjectNode sent = object.over(live.tree(), settings.fieldManager());
    boolean secret = SecretValues.isSecret(object.id().group(), object.id().kind());
    List<FieldChange> fields =
        TreeDiff.of(live.tree(), answer.body(), sent, secret, settings.fieldManager());
    String lost = Kept.note(sent, answer.body(), secret);
    boolean onlyAdded = lost.isEmpty() && onlyAdmission(fields);
    if (onlyAdded && appliedAsDesired && !object.ignored().isEmpty()) {
      // Somebody took over an ignored field: its bookkeeping is no reason to write, and what
      // admission would add to that write is none either.
      return new Change(
          object.id(),
          Action.NONE,
          Reason.IN_SYNC,
          fields,
          Optional.of(live.version()),
          health,
          "differs in ignored fields only");
    }
    return new Change(
        object.id(),
        Action.UPDATE,
        onlyAdded ? Reason.OWNERSHIP : reason,
        fields,
        Optional.of(live.version()),
        health,
        onlyAdded ? "its values are as desired; " + target + " takes their ownership" : lost);
  }

  /** Whether nothing that we want differs. */
  private static boolean onlyAdmission(List<FieldChange> fields) {
    return fields.stream().allMatch(f -> f.origin() == FieldChange.Origin.ADMISSION);
  }
}
