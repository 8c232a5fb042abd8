package io.gitops4j.k8s.internal.diff;

import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.model.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells an immutable field from an invalid manifest when the server refuses an update. Its own
 * rules say so in words that are known. A rule of a definition says what its author liked: it
 * guards a change, and not a state, when the same object and the changed one would both be taken as
 * new ones. The questions are dry runs, under a name that is free, because the object's own is not.
 */
public final class Refusals {
  private static final List<String> NOT_OF_A_NEW_ONE =
      List.of(
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "managedFields",
          "ownerReferences",
          "finalizers",
          "selfLink");

  private final KubeHttp http;

  /** Asks through the given HTTP. */
  public Refusals(KubeHttp http) {
    this.http = http;
  }

  /**
   * What a refusal means.
   *
   * @param immutable whether fields changed that cannot change on a living object
   * @param anew the server's dry run of the same object as a new one; empty when it was not asked
   */
  public record Verdict(boolean immutable, Optional<KubeResponse> anew) {
    public static final Verdict OTHER = new Verdict(false, Optional.empty());

    /** What would be there instead, empty when the server would not take it. */
    public Optional<JsonNode> created() {
      return anew.filter(KubeResponse::ok).map(KubeResponse::body);
    }
  }

  /** What it means that the server does not take an object in place of the live one. */
  public CompletableFuture<Verdict> judge(Prepared object, JsonNode live, KubeResponse refused) {
    if (!KubeFailures.findsInvalid(refused)) {
      return CompletableFuture.completedFuture(Verdict.OTHER);
    }
    return anew(object, live)
        .thenCompose(
            anew -> {
              if (KubeFailures.saysImmutable(refused)) {
                return CompletableFuture.completedFuture(new Verdict(true, Optional.of(anew)));
              }
              if (!anew.ok()) {
                return CompletableFuture.completedFuture(Verdict.OTHER);
              }
              ObjectNode changed = (ObjectNode) live.deepCopy();
              merge(changed, object.over(live));
              return create(object, live, changed)
                  .thenApply(state -> new Verdict(state.ok(), Optional.of(anew)));
            });
  }

  /** The dry run of an object as a new one. */
  public CompletableFuture<KubeResponse> anew(Prepared object, JsonNode live) {
    return create(object, live, object.body().deepCopy());
  }

  private CompletableFuture<KubeResponse> create(Prepared object, JsonNode live, ObjectNode whole) {
    whole.remove("status");
    ObjectNode metadata = (ObjectNode) whole.get("metadata");
    metadata.remove(NOT_OF_A_NEW_ONE);
    String name = "gitops4j-" + Digest.sha256(object.id().toString()).abbreviated(12);
    metadata.put("name", name);
    if (object.id().kind().equals("Service") && object.id().group().isEmpty()) {
      releaseAllocations(whole, live);
    }
    return http.send(
        "POST",
        object.resource().collectionPath(object.id().namespace()),
        Map.of("fieldManager", object.manager(), "fieldValidation", "Strict", "dryRun", "All"),
        "application/json",
        whole.toString());
  }

  /** What the live Service holds cannot be given to another one before it is gone. */
  private static void releaseAllocations(ObjectNode service, JsonNode live) {
    if (!(service.path("spec") instanceof ObjectNode spec)) {
      return;
    }
    JsonNode held = live.path("spec");
    boolean headless = held.path("clusterIP").asString("").equals("None");
    for (String field : List.of("clusterIP", "clusterIPs", "healthCheckNodePort")) {
      if (!headless && spec.path(field).toString().equals(held.path(field).toString())) {
        spec.remove(field);
      }
    }
    for (JsonNode port : spec.path("ports")) {
      boolean taken =
          held.path("ports")
              .valueStream()
              .map(p -> p.path("nodePort").asInt(0))
              .anyMatch(p -> p > 0 && p == port.path("nodePort").asInt(0));
      if (taken) {
        ((ObjectNode) port).remove("nodePort");
      }
    }
  }

  /** The state that an apply would lead to: items by their name, other lists as a whole. */
  private static void merge(ObjectNode into, JsonNode desired) {
    for (Map.Entry<String, JsonNode> field : desired.properties()) {
      JsonNode there = into.path(field.getKey());
      if (there instanceof ObjectNode object && field.getValue().isObject()) {
        merge(object, field.getValue());
      } else if (there instanceof ArrayNode list && field.getValue().isArray()) {
        mergeItems(list, field.getValue());
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }

  private static void mergeItems(ArrayNode into, JsonNode desired) {
    boolean named =
        !desired.isEmpty() && desired.valueStream().allMatch(i -> i.path("name").isString());
    if (!named) {
      into.removeAll();
      desired.forEach(into::add);
      return;
    }
    for (JsonNode item : desired) {
      Optional<JsonNode> same =
          into.valueStream().filter(i -> i.path("name").equals(item.path("name"))).findFirst();
      same.ifPresentOrElse(s -> merge((ObjectNode) s, item), () -> into.add(item));
    }
  }
}
