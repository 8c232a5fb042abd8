package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.FieldConflicts;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.diff.Refusals;
import io.gitops4j.k8s.internal.diff.SecretValues;
import io.gitops4j.k8s.internal.ignore.ContestedFields.Contest;
import io.gitops4j.k8s.internal.observe.LiveContent;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.operation.OperationContext;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies what is desired to what was compared, and to nothing else: every write carries the UID
 * and the version that it was decided for, or that nothing is there. So a field that somebody takes
 * in between is decided about again, or refuses the write.
 */
final class Updates {
  /** The store is at this version while it is empty, so that no object ever has it. */
  private static final String OF_NO_OBJECT = "1";

  private final KubeHttp http;
  private final ClusterSettings settings;
  private final Refusals refusals;

  Updates(KubeHttp http, ClusterSettings settings) {
    this.http = http;
    this.settings = settings;
    this.refusals = new Refusals(http);
  }

  /** Sends one; a refusal that is known here completes it with an {@link ApplyException}. */
  CompletableFuture<KubeResponse> send(Write write, OperationContext context) {
    Prepared desired = write.desired().orElseThrow();
    return write.over().isEmpty() ? create(write, desired, context) : change(write, desired);
  }

  private CompletableFuture<KubeResponse> change(Write write, Prepared desired) {
    CompletableFuture<KubeResponse> updated = update(write, desired);
    return desired.joins()
        ? updated
        : updated.thenCompose(answer -> takeOver(write, desired, answer));
  }

  /** What somebody made meanwhile is not touched: no plan showed that it becomes ours. */
  private CompletableFuture<KubeResponse> create(
      Write write, Prepared desired, OperationContext context) {
    // A namespace that many need is nobody's: whoever makes it, it is there.
    boolean shared = write.change().reason() == Reason.PREREQUISITE;
    ObjectNode body = shared ? desired.body() : absent(desired.body());
    return apply(write, desired, body, false)
        .thenCompose(
            answer ->
                refusesVersion(answer)
                    ? afterALook(write, desired, answer, context)
                    : CompletableFuture.completedFuture(answer))
        .thenCompose(
            answer ->
                answer.code() == 409
                    ? get(write).thenCompose(now -> met(write, desired, answer, now, context))
                    : CompletableFuture.completedFuture(answer));
  }

  /**
   * Services before Kubernetes 1.24 and some API servers of others take no version for new ones.
   */
  private static boolean refusesVersion(KubeResponse answer) {
    return !answer.ok()
        && answer.code() != 409
        && answer.message().toLowerCase(Locale.ROOT).contains("resourceversion");
  }

  /** The next best: what appears after the look keeps all fields that we do not share. */
  private CompletableFuture<KubeResponse> afterALook(
      Write write, Prepared desired, KubeResponse refusal, OperationContext context) {
    return get(write)
        .thenCompose(
            now ->
                now.code() == 404
                    ? apply(write, desired, desired.body(), false)
                    : met(write, desired, refusal, now, context));
  }

  /**
   * What is there although nothing should be: ours, of an attempt that nobody heard of, or another.
   */
  private CompletableFuture<KubeResponse> met(
      Write write,
      Prepared desired,
      KubeResponse refusal,
      KubeResponse now,
      OperationContext context) {
    if (!now.ok()) {
      // A quota that many change at once is refused with the same code.
      return CompletableFuture.completedFuture(refusal);
    }
    return rehearsed(write, desired, now.body())
        .thenCompose(
            dry -> {
              if (unknown(dry)) {
                return CompletableFuture.completedFuture(dry);
              }
              return changesNothing(dry, now.body())
                  ? CompletableFuture.completedFuture(now)
                  : onto(write, desired, now.body(), context);
            });
  }

  private CompletableFuture<KubeResponse> onto(
      Write write, Prepared desired, JsonNode now, OperationContext context) {
    String ours = target(desired.body());
    String theirs = target(now);
    boolean stays = !ours.isEmpty() && !now.path("metadata").has("deletionTimestamp");
    LiveVersion found = new LiveVersion(uid(now), LiveContent.digest(now), version(now));
    // What a successor made has the same label: whoever may have lost a lease plans anew.
    if (stays && theirs.equals(ours) && context.permit().isEmpty()) {
      return change(write.onto(found), desired);
    }
    if (stays && theirs.isEmpty() && settings.comesByItself(desired.id())) {
      return change(write.onto(found), desired.joining());
    }
    throw appeared(desired);
  }

  private static String target(JsonNode object) {
    return object.path("metadata").path("labels").path(Observer.TARGET_LABEL).asString("");
  }

  private CompletableFuture<KubeResponse> update(Write write, Prepared desired) {
    LiveVersion compared = write.over().orElseThrow();
    boolean looks =
        desired.fields().followLive()
            || desired.fields().contested().guards()
            || desired.writing().update() == UpdatePolicy.OVERWRITE;
    CompletableFuture<KubeResponse> sent =
        looks
            ? get(write)
                .thenCompose(
                    now ->
                        now.ok()
                            ? over(write, desired, now.body(), compared.version())
                            : CompletableFuture.completedFuture(now))
            : apply(
                write, desired, bound(desired.body(), compared.uid(), compared.version()), true);
    return sent.thenCompose(answer -> settled(write, desired, answer));
  }

  /** What the server refused: because the version moved, or because of what is sent. */
  private CompletableFuture<KubeResponse> settled(
      Write write, Prepared desired, KubeResponse answer) {
    LiveVersion compared = write.over().orElseThrow();
    if (answer.code() == 409) {
      // A status that moved is no reason to refuse a plan; a spec that moved is.
      return get(write)
          .thenCompose(
              now ->
                  now.ok()
                      ? moved(write, desired, answer, now.body())
                      : CompletableFuture.completedFuture(answer));
    }
    return KubeFailures.findsInvalid(answer)
        ? get(write)
            .thenCompose(
                now ->
                    now.ok()
                        ? refusals.judge(desired, now.body(), answer)
                        : CompletableFuture.completedFuture(Refusals.Verdict.OTHER))
            .thenApply(
                verdict -> {
                  if (verdict.immutable()) {
                    throw immutable(desired, answer);
                  }
                  return answer;
                })
        : CompletableFuture.completedFuture(answer);
  }

  static boolean same(JsonNode now, LiveVersion compared) {
    return uid(now).equals(compared.uid()) && LiveContent.digest(now).equals(compared.content());
  }

  /** Goes on where there is what was compared, or what came of an earlier attempt. */
  private CompletableFuture<KubeResponse> moved(
      Write write, Prepared desired, KubeResponse refusal, JsonNode now) {
    LiveVersion compared = write.over().orElseThrow();
    if (same(now, compared)) {
      return over(write, desired, now, version(now));
    }
    // What an overwrite has taken away cannot be seen any more.
    if (!write.unheard()
        || !uid(now).equals(compared.uid())
        || desired.writing().update() == UpdatePolicy.OVERWRITE) {
      return CompletableFuture.completedFuture(refusal);
    }
    return rehearsed(write, desired, now)
        .thenCompose(
            dry -> {
              if (unknown(dry)) {
                return CompletableFuture.completedFuture(dry);
              }
              return changesNothing(dry, now)
                  ? over(write, desired, now, version(now))
                  : CompletableFuture.completedFuture(refusal);
            });
  }

  /** To apply it once more changes nothing where an attempt that nobody heard of did it. */
  private CompletableFuture<KubeResponse> rehearsed(Write write, Prepared desired, JsonNode now) {
    Map<String, String> query = query(desired, true);
    query.put("dryRun", "All");
    return send(write, bound(desired.over(now), uid(now), version(now)), query);
  }

  private static boolean changesNothing(KubeResponse dry, JsonNode now) {
    return dry.ok() && LiveContent.digest(dry.body()).equals(LiveContent.digest(now));
  }

  /** The server says nothing of the object: it is asked again. */
  private static boolean unknown(KubeResponse dry) {
    return dry.code() == 429 || dry.code() >= 500;
  }

  private static String uid(JsonNode live) {
    return live.path("metadata").path("uid").asString("");
  }

  static String version(JsonNode live) {
    return live.path("metadata").path("resourceVersion").asString("");
  }

  private CompletableFuture<KubeResponse> over(
      Write write, Prepared desired, JsonNode now, String version) {
    List<Contest> refused = desired.refused(now);
    if (!refused.isEmpty()) {
      return CompletableFuture.failedFuture(FieldConflicts.failure(desired, refused));
    }
    String uid = write.over().orElseThrow().uid();
    if (desired.writing().update() == UpdatePolicy.OVERWRITE) {
      return overwrite(write, desired, bound(desired.inPlaceOf(now), uid, version));
    }
    ObjectNode body = bound(desired.over(now), uid, version);
    boolean guards = desired.fields().contested().guards();
    boolean forces = !guards && !desired.joins();
    return apply(write, desired, body, forces)
        .thenCompose(
            answer -> {
              if (forces || !KubeFailures.fieldConflict(answer)) {
                return CompletableFuture.completedFuture(answer);
              }
              // What is in conflict may be forced, unless the server sees more than is seen here.
              boolean seen =
                  !desired.joins()
                      && desired
                          .fields()
                          .contested()
                          .contests(desired.over(now), now, desired.manager())
                          .stream()
                          .anyMatch(c -> !c.agreed());
              return seen
                  ? apply(write, desired, body, true)
                  : CompletableFuture.failedFuture(FieldConflicts.failure(desired, now, answer));
            });
  }

  /** The fields are owned as every other apply owns them, so that the next pass finds them so. */
  private CompletableFuture<KubeResponse> overwrite(
      Write write, Prepared desired, ObjectNode body) {
    return http.send(
            "PUT",
            write.path(),
            Map.of("fieldManager", desired.manager(), "fieldValidation", "Strict"),
            "application/json",
            body.toString())
        .thenCompose(
            answer ->
                answer.ok()
                    ? apply(write, desired, desired.over(answer.body()), true)
                    : CompletableFuture.completedFuture(answer));
  }

  /** Nothing is left half taken over: should it fail, the write failed, and is done again. */
  private CompletableFuture<KubeResponse> takeOver(
      Write write, Prepared desired, KubeResponse answer) {
    Optional<ArrayNode> patch =
        answer.ok() ? TakeOver.patch(write, answer.body(), desired.manager()) : Optional.empty();
    return patch.isEmpty()
        ? CompletableFuture.completedFuture(answer)
        : http.send(
            "PATCH",
            write.path(),
            Map.of("fieldManager", desired.manager()),
            "application/json-patch+json",
            patch.get().toString());
  }

  private CompletableFuture<KubeResponse> get(Write write) {
    return http.send("GET", write.path(), Map.of(), "", "");
  }

  private CompletableFuture<KubeResponse> apply(
      Write write, Prepared desired, ObjectNode body, boolean force) {
    return send(write, body, query(desired, force));
  }

  private static Map<String, String> query(Prepared desired, boolean force) {
    Map<String, String> query = new HashMap<>();
    query.put("fieldManager", desired.manager());
    query.put("fieldValidation", "Strict");
    query.put("force", Boolean.toString(force));
    return query;
  }

  private CompletableFuture<KubeResponse> send(
      Write write, ObjectNode body, Map<String, String> query) {
    return http.send("PATCH", write.path(), query, "application/apply-patch+yaml", body.toString());
  }

  /** The server refuses when it is another instance, or moved since it was compared. */
  private static ObjectNode bound(ObjectNode body, String uid, String version) {
    ObjectNode bound = copied(body);
    ((ObjectNode) bound.get("metadata")).put("uid", uid).put("resourceVersion", version);
    return bound;
  }

  /** A copy whose metadata may be changed; all else is shared, and only read. */
  private static ObjectNode copied(ObjectNode body) {
    ObjectNode copy = body.objectNode().setAll(body);
    copy.set("metadata", body.objectNode().setAll((ObjectNode) body.get("metadata")));
    return copy;
  }

  /** The server refuses when there is one already, in the same step in which it would make it. */
  private static ObjectNode absent(ObjectNode body) {
    ObjectNode bound = copied(body);
    ((ObjectNode) bound.get("metadata")).put("resourceVersion", OF_NO_OBJECT);
    return bound;
  }

  private static ApplyException appeared(Prepared desired) {
    return new ApplyException(
        "K8S-STALE-PLAN",
        Retryability.RETRY,
        desired.id().toString(),
        "somebody made it since it was compared, and it was not touched",
        "the next pass compares anew",
        null);
  }

  private static ApplyException immutable(Prepared desired, KubeResponse answer) {
    Failure failure =
        KubeFailures.immutable(
            Stage.APPLY,
            desired.id().toString(),
            SecretValues.mask(
                answer.message(), desired.id().group(), desired.id().kind(), desired.body()));
    return new ApplyException(
        failure.code(),
        failure.retryability(),
        failure.subject().orElseThrow(),
        failure.reason(),
        failure.nextStep().orElseThrow(),
        null);
  }
}
