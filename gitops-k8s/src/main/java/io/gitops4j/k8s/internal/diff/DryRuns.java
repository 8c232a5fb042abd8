package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.Refusals.Verdict;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.LiveSummary;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an apply would change, told by the server's dry run of it. */
final class DryRuns {
  private final KubeHttp http;
  private final Observer observer;
  private final Settlement settlement;
  private final ClusterSettings settings;
  private final Refusals refusals;
  private final Findings findings;

  DryRuns(KubeHttp http, Observer observer, Settlement settlement, ClusterSettings settings) {
    this.http = http;
    this.observer = observer;
    this.settlement = settlement;
    this.settings = settings;
    this.refusals = new Refusals(http);
    this.findings = new Findings(settings);
  }

  /** What was asked about one object: how it is, and, when that settles nothing, the dry run. */
  private record Asked(Prepared object, CompletableFuture<Answer> answer) {}

  private record Answer(
      Prepared object,
      KubeResponse live,
      Optional<Change> settled,
      KubeResponse dryRun,
      Verdict verdict) {}

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
      answer = http.patiently(() -> dryRun(object, live.tree()), Stage.DIFF, context);
    } catch (ExecutionException e) {
      throw KubeFailures.cannotLook(
          KubeFailures.lost(Stage.DIFF, object.id().toString(), http.server(), e));
    }
    if (!answer.ok()) {
      return Optional.of(
          findings.refused(object, live, answer, Verdict.OTHER, Reason.PREREQUISITE));
    }
    List<FieldChange> fields = Findings.differences(object, live, object.body(), answer.body());
    String note = "carries what is asked for; not owned, never removed";
    return Optional.of(
        findings.change(object, live, Action.UPDATE, Reason.PREREQUISITE, fields, note));
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
        .thenCompose(live -> answer(object, live, basis));
  }

  /** An index may be behind by a moment: the object itself says how it is. */
  private CompletableFuture<Answer> answer(Prepared asked, KubeResponse live, Basis basis) {
    Optional<LiveSummary> there =
        live.ok()
            ? Optional.of(basis.view().summarise(asked.resource(), asked.id(), live.body()))
            : Optional.empty();
    Optional<Change> settled =
        live.ok() || live.code() == 404 ? settlement.settle(asked, there, basis) : Optional.empty();
    if (there.isEmpty() || settled.isPresent()) {
      return CompletableFuture.completedFuture(
          new Answer(asked, live, settled, live, Verdict.OTHER));
    }
    Prepared object = settlement.comparedWith(there.get(), asked, basis);
    return dryRun(object, new LiveObject(object.resource(), live.body()), basis)
        .thenCompose(
            said ->
                refusals
                    .judge(object, live.body(), said)
                    .thenApply(v -> new Answer(object, live, settled, said, v)));
  }

  private CompletableFuture<KubeResponse> dryRun(Prepared object, LiveObject live, Basis basis) {
    if (!object.setsIgnored()) {
      return dryRun(object, live.tree());
    }
    ObjectNode sent = object.comparedWith(live.tree());
    return apply(object, sent)
        .thenCompose(
            said ->
                said.ok() && Findings.quiet(object, live, sent, said.body(), basis)
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

  private Change take(Asked asked, Basis basis, OperationContext context) {
    Answer answer;
    try {
      answer = patiently(http.await(asked.answer(), Stage.DIFF, context), basis, context);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GitOpsException known) {
        throw known;
      }
      throw KubeFailures.cannotLook(
          KubeFailures.lost(Stage.DIFF, asked.object().id().toString(), http.server(), e));
    }
    if (answer.settled().isPresent()) {
      return answer.settled().get();
    }
    Prepared object = answer.object();
    if (!answer.live().ok()) {
      throw KubeFailures.cannotLook(
          KubeFailures.of(Stage.DIFF, object.id().toString(), answer.live()));
    }
    LiveObject live = new LiveObject(object.resource(), answer.live().body());
    return answer.dryRun().ok()
        ? findings.compared(object, live, answer.dryRun().body(), basis)
        : findings.refused(
            object, live, answer.dryRun(), answer.verdict(), Findings.reason(object, live, basis));
  }

  private Answer patiently(Answer answer, Basis basis, OperationContext context)
      throws ExecutionException {
    KubeResponse live = answer.live();
    if (!live.ok() || answer.dryRun().code() != 429) {
      return answer;
    }
    // One at a time from here on: many at once are what the server is busy with.
    Prepared object = answer.object();
    KubeResponse said =
        http.patiently(
            () -> dryRun(object, new LiveObject(object.resource(), live.body()), basis),
            Stage.DIFF,
            context);
    Verdict verdict = http.await(refusals.judge(object, live.body(), said), Stage.DIFF, context);
    return new Answer(object, live, answer.settled(), said, verdict);
  }
}
