package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.k8s.ReplacePolicy;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.Refusals.Verdict;
import io.gitops4j.k8s.internal.ignore.ContestedFields.Contest;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an apply would change, told by the server's dry run of it. */
final class DryRuns {
  private final KubeHttp http;
  private final Observer observer;
  private final Settlement settlement;
  private final ClusterSettings settings;
  private final Refusals refusals;

  DryRuns(KubeHttp http, Observer observer, Settlement settlement, ClusterSettings settings) {
    this.http = http;
    this.observer = observer;
    this.settlement = settlement;
    this.settings = settings;
    this.refusals = new Refusals(http);
  }

  /** What was asked about one object: how it is, and, when that settles nothing, the dry run. */
  private record Asked(Prepared object, CompletableFuture<Answer> answer) {}

  private record Answer(
      KubeResponse live, Optional<Change> settled, KubeResponse dryRun, Verdict verdict) {}

  /** A change for each, in their order; no more of them are held at once than are in flight. */
  List<Change> compare(List<Prepared> unsettled, Basis basis, OperationContext context) {
    List<Change> changes = new ArrayList<>();
    Deque<Asked> asked = new ArrayDeque<>();
    for (Prepared object : unsettled) {
      if (asked.size() == settings.concurrency()) {
        changes.add(take(asked.remove(), basis, context));
      }
      context.checkActive(Stage.DIFF);
      asked.add(new Asked(object, ask(object, basis)));
    }
    while (!asked.isEmpty()) {
      changes.add(take(asked.remove(), basis, context));
    }
    return changes;
  }

  /** What becomes of something that is not owned and carries what is needed, empty for nothing. */
  Optional<Change> prerequisite(Prepared object, LiveObject live, OperationContext context) {
    if (carries(live.tree(), object)) {
      return Optional.empty();
    }
    KubeResponse answer;
    try {
      answer = http.await(dryRun(object, live.tree()), Stage.DIFF, context);
    } catch (ExecutionException e) {
      throw KubeFailures.cannotLook(
          KubeFailures.lost(Stage.DIFF, object.id().toString(), http.server(), e));
    }
    if (!answer.ok()) {
      throw KubeFailures.cannotLook(KubeFailures.of(Stage.DIFF, object.id().toString(), answer));
    }
    List<FieldChange> fields = differences(object, live, object.body(), answer.body());
    String note = "carries what is asked for; not owned, never removed";
    return Optional.of(change(object, live, Action.UPDATE, Reason.PREREQUISITE, fields, note));
  }

  /** Whether labels and annotations are as desired and ours, and no others are ours. */
  private static boolean carries(JsonNode live, Prepared object) {
    JsonNode owned = Fingerprint.ownedFields(live, object.manager()).path("f:metadata");
    for (String part : List.of("labels", "annotations")) {
      JsonNode wanted = object.body().path("metadata").path(part);
      Set<String> ours = new HashSet<>(owned.path("f:" + part).propertyNames());
      ours.remove(".");
      boolean same =
          ours.size() == wanted.size()
              && wanted.properties().stream()
                  .allMatch(
                      e ->
                          ours.contains("f:" + e.getKey())
                              && live.path("metadata")
                                  .path(part)
                                  .path(e.getKey())
                                  .equals(e.getValue()));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private CompletableFuture<Answer> ask(Prepared object, Basis basis) {
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
                                  basis
                                      .view()
                                      .summarise(object.resource(), object.id(), live.body()))
                              : Optional.empty(),
                          basis)
                      : Optional.empty();
              return !live.ok() || settled.isPresent()
                  ? CompletableFuture.completedFuture(
                      new Answer(live, settled, live, Verdict.OTHER))
                  : dryRun(object, new LiveObject(object.resource(), live.body()), basis)
                      .thenCompose(
                          said ->
                              refusals
                                  .judge(object, live.body(), said)
                                  .thenApply(v -> new Answer(live, settled, said, v)));
            });
  }

  private CompletableFuture<KubeResponse> dryRun(Prepared object, LiveObject live, Basis basis) {
    if (!object.setsIgnored()) {
      return dryRun(object, live.tree());
    }
    ObjectNode sent = object.comparedWith(live.tree());
    return apply(object, sent)
        .thenCompose(
            said ->
                said.ok() && quiet(object, live, sent, said.body(), basis)
                    ? CompletableFuture.completedFuture(said)
                    : dryRun(object, live.tree()));
  }

  /** What a write would do. */
  private CompletableFuture<KubeResponse> dryRun(Prepared object, JsonNode live) {
    return object.writing().update() == UpdatePolicy.OVERWRITE
        ? send(object, "PUT", "application/json", Map.of(), object.inPlaceOf(live))
        : apply(object, object.over(live));
  }

  /** What is refused because of its owner is shown as it would be without that policy. */
  private CompletableFuture<KubeResponse> apply(Prepared object, ObjectNode body) {
    return send(object, "PATCH", "application/apply-patch+yaml", Map.of("force", "true"), body);
  }

  private CompletableFuture<KubeResponse> send(
      Prepared object, String method, String type, Map<String, String> more, ObjectNode body) {
    Map<String, String> query = new HashMap<>(more);
    query.put("fieldManager", object.manager());
    query.put("fieldValidation", "Strict");
    query.put("dryRun", "All");
    String path = object.resource().objectPath(object.id().namespace(), object.id().name());
    return http.send(method, path, query, type, body.toString());
  }

  /** Whether nothing that counts would change: what others hold of it is no reason to write. */
  private static boolean quiet(
      Prepared object, LiveObject live, ObjectNode sent, JsonNode result, Basis basis) {
    return object.fields().followLive()
        && appliedAsDesired(object, basis)
        && onlyAdmission(differences(object, live, sent, result))
        && Kept.note(sent, result, secret(object)).isEmpty()
        && object.fingerprint(live.tree()).equals(object.fingerprint(result));
  }

  private Change take(Asked asked, Basis basis, OperationContext context) {
    Prepared object = asked.object();
    Answer answer;
    try {
      answer = http.await(asked.answer(), Stage.DIFF, context);
      KubeResponse live = answer.live();
      if (live.ok() && answer.dryRun().code() == 429) {
        // One at a time from here on: many at once are what the server is busy with.
        KubeResponse said =
            http.patiently(
                () -> dryRun(object, new LiveObject(object.resource(), live.body()), basis),
                Stage.DIFF,
                context);
        answer =
            new Answer(
                live,
                answer.settled(),
                said,
                http.await(refusals.judge(object, live.body(), said), Stage.DIFF, context));
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
    LiveObject live = new LiveObject(object.resource(), answer.live().body());
    return answer.dryRun().ok()
        ? compared(object, live, answer.dryRun().body(), basis)
        : refused(object, live, answer, basis);
  }

  private static Reason reason(Prepared object, Basis basis) {
    Optional<InventoryEntry> entry = basis.inventory().find(object.id());
    return entry.isEmpty()
        ? Reason.ADOPTED
        : appliedAsDesired(object, basis) ? Reason.DRIFTED : Reason.CHANGED;
  }

  private static boolean appliedAsDesired(Prepared object, Basis basis) {
    return basis
        .inventory()
        .find(object.id())
        .flatMap(InventoryEntry::desired)
        .equals(Optional.of(object.digest()));
  }

  private Change refused(Prepared object, LiveObject live, Answer answer, Basis basis) {
    Failure failure = KubeFailures.of(Stage.DIFF, object.id().toString(), answer.dryRun());
    if (failure.retryability() == Retryability.RETRY && answer.dryRun().code() != 409) {
      throw KubeFailures.cannotLook(failure);
    }
    Reason reason = reason(object, basis);
    String said = SecretValues.mask(failure.reason(), object, live.tree());
    Optional<Change> conflict = conflicting(object, live, reason, List.of());
    if (conflict.isPresent()) {
      return conflict.get();
    }
    Verdict verdict = answer.verdict();
    if (!verdict.immutable()) {
      return change(
          object, live, Action.UPDATE, reason, List.of(), "the server refuses it: " + said);
    }
    boolean kept =
        settings.protectedKinds().contains(object.id().group() + "/" + object.id().kind());
    if (object.writing().replace() == ReplacePolicy.IMMUTABLE
        && !kept
        && verdict.created().isPresent()) {
      return change(
          object,
          live,
          Action.REPLACE,
          reason,
          whole(object, live, object.body(), named(verdict.created().get(), object)),
          "deleted and made anew, because an immutable field changed: " + said);
    }
    String why = "";
    if (object.writing().replace() == ReplacePolicy.IMMUTABLE) {
      why =
          "; it is not replaced, because "
              + (kept
                  ? object.id().kind() + " is protected"
                  : "the server would not take it as a new one: "
                      + SecretValues.mask(
                          verdict.anew().map(KubeResponse::message).orElse(""),
                          object,
                          live.tree()));
    }
    return change(
        object,
        live,
        Action.UPDATE,
        reason,
        List.of(),
        "the server refuses it, because an immutable field changed: " + said + why);
  }

  /** The dry run of a new one had to use another name. */
  private static JsonNode named(JsonNode created, Prepared object) {
    ObjectNode copy = (ObjectNode) created.deepCopy();
    ((ObjectNode) copy.get("metadata")).put("name", object.id().name());
    return copy;
  }

  private static boolean secret(Prepared object) {
    return SecretValues.isSecret(object.id().group(), object.id().kind());
  }

  private static List<FieldChange> differences(
      Prepared object, LiveObject live, ObjectNode sent, JsonNode result) {
    return TreeDiff.of(live.tree(), result, sent, secret(object), object.manager());
  }

  /** What is written as a whole asks for all that it removes, also for what others set. */
  private static List<FieldChange> whole(
      Prepared object, LiveObject live, ObjectNode sent, JsonNode result) {
    return differences(object, live, sent, result).stream()
        .map(
            f ->
                f.after().isPresent()
                    ? f
                    : new FieldChange(
                        f.path(),
                        f.pointer(),
                        f.before(),
                        f.after(),
                        f.masked(),
                        FieldChange.Origin.DESIRED,
                        f.writer()))
        .toList();
  }

  /** Whether nothing that we want differs. */
  private static boolean onlyAdmission(List<FieldChange> fields) {
    return fields.stream().allMatch(f -> f.origin() == FieldChange.Origin.ADMISSION);
  }

  /** A change that its conflict policy refuses, with what it would be without. */
  private Optional<Change> conflicting(
      Prepared object, LiveObject live, Reason reason, List<FieldChange> fields) {
    List<Contest> refused = object.refused(live.tree());
    return refused.isEmpty()
        ? Optional.empty()
        : Optional.of(
            change(
                object,
                live,
                Action.UPDATE,
                reason,
                fields,
                "will fail, by its conflict policy: " + FieldConflicts.reason(object, refused)));
  }

  private Change compared(Prepared object, LiveObject live, JsonNode result, Basis basis) {
    boolean overwrites = object.writing().update() == UpdatePolicy.OVERWRITE;
    ObjectNode sent = overwrites ? object.inPlaceOf(live.tree()) : object.over(live.tree());
    List<FieldChange> fields =
        overwrites ? whole(object, live, sent, result) : differences(object, live, sent, result);
    Optional<Change> conflict = conflicting(object, live, reason(object, basis), fields);
    if (conflict.isPresent()) {
      return conflict.get();
    }
    String note = FieldConflicts.note(object, live.tree());
    if (quiet(object, live, object.comparedWith(live.tree()), result, basis)) {
      Change same =
          new Change(
              object.id(),
              Action.NONE,
              Reason.IN_SYNC,
              fields,
              Optional.of(live.version()),
              settings.health().assess(live.tree()),
              note.isEmpty() ? "differs in ignored fields only" : note);
      basis.verdicts().keep(object, live.version().uid(), object.fingerprint(live.tree()), same);
      return same;
    }
    String lost = Kept.note(sent, result, secret(object));
    if (!lost.isEmpty() || !onlyAdmission(fields)) {
      String all =
          Stream.of(note, lost).filter(n -> !n.isEmpty()).collect(Collectors.joining("; "));
      return change(object, live, Action.UPDATE, reason(object, basis), fields, all);
    }
    String taken = "its values are as desired; " + basis.view().target() + " takes their ownership";
    return change(
        object,
        live,
        Action.UPDATE,
        Reason.OWNERSHIP,
        fields,
        note.isEmpty() ? taken : taken + "; " + note);
  }

  private Change change(
      Prepared object,
      LiveObject live,
      Action action,
      Reason reason,
      List<FieldChange> fields,
      String note) {
    return new Change(
        object.id(),
        action,
        reason,
        fields,
        Optional.of(live.version()),
        settings.health().assess(live.tree()),
        note);
  }
}
