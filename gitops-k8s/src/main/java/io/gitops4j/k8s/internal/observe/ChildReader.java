package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.Lists.Listing;
import io.gitops4j.k8s.internal.observe.Lists.RefusedException;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;

/** Reads children whole, one by one when they are few, and keeps what a tree needs of them. */
final class ChildReader {
  /** From here on one list costs the server less than so many single reads. */
  private static final int FEW = 16;

  private final KubeHttp http;
  private final Lists lists;

  ChildReader(KubeHttp http) {
    this.http = http;
    this.lists = new Lists(http);
  }

  /**
   * A child as it is.
   *
   * @param uid which instance it is
   * @param version its state
   * @param idle whether it keeps nothing but the memory of a former rollout
   * @param claims that are its own, by name
   */
  record Seen(String uid, String version, Health health, boolean idle, List<String> claims) {}

  /** Reads; what is not among the answers went meanwhile. */
  Map<ResourceId, Seen> read(
      Collection<Child> children, HealthRules rules, OperationContext context) {
    Map<ApiResource, Map<String, Set<ResourceId>>> wanted = new LinkedHashMap<>();
    for (Child child : children) {
      wanted
          .computeIfAbsent(child.kind(), k -> new LinkedHashMap<>())
          .computeIfAbsent(child.id().namespace(), n -> new HashSet<>())
          .add(child.id());
    }
    Map<Set<ResourceId>, CompletableFuture<Map<ResourceId, Seen>>> asked = new LinkedHashMap<>();
    wanted.forEach(
        (kind, places) ->
            places.forEach(
                (namespace, ids) -> {
                  if (ids.size() > FEW) {
                    asked.put(ids, listed(kind, namespace, ids, rules));
                  } else {
                    ids.forEach(id -> asked.put(Set.of(id), one(kind, id, rules)));
                  }
                }));
    Map<ResourceId, Seen> seen = new HashMap<>();
    asked.forEach(
        (ids, answer) -> {
          try {
            seen.putAll(http.await(answer, Stage.HEALTH, context));
          } catch (ExecutionException e) {
            Seen hidden = hidden(KubeFailures.cause(e));
            ids.forEach(id -> seen.put(id, hidden));
          }
        });
    return seen;
  }

  private CompletableFuture<Map<ResourceId, Seen>> listed(
      ApiResource kind, String namespace, Set<ResourceId> ids, HealthRules rules) {
    return lists
        .all(kind, namespace, false, (id, o) -> ids.contains(id) ? seen(o, rules) : null)
        .thenApply(Listing::objects);
  }

  private CompletableFuture<Map<ResourceId, Seen>> one(
      ApiResource kind, ResourceId id, HealthRules rules) {
    String path = kind.objectPath(id.namespace(), id.name());
    return http.send("GET", path, Map.of(), "", "")
        .thenApply(
            answer -> {
              if (!answer.ok() && answer.code() != 404) {
                throw new RefusedException(path, answer);
              }
              return answer.ok() ? Map.of(id, seen(answer, rules)) : Map.of();
            });
  }

  private static Seen seen(KubeResponse answer, HealthRules rules) {
    return seen(answer.body(), rules);
  }

  private static Seen seen(JsonNode object, HealthRules rules) {
    JsonNode metadata = object.path("metadata");
    return new Seen(
        metadata.path("uid").asString(""),
        metadata.path("resourceVersion").asString(""),
        rules.assess(object),
        object.path("kind").asString("").equals("ReplicaSet")
            && object.path("spec").path("replicas").asInt(1) == 0,
        claims(object));
  }

  /** A StatefulSet names the claims of a pod after the pod, and owns them without a reference. */
  private static List<String> claims(JsonNode object) {
    String name = object.path("metadata").path("name").asString("");
    List<String> claims = new ArrayList<>();
    for (JsonNode volume : object.path("spec").path("volumes")) {
      String claim = volume.path("persistentVolumeClaim").path("claimName").asString("");
      if (claim.endsWith("-" + name)) {
        claims.add(claim);
      }
    }
    return claims;
  }

  private static Seen hidden(Throwable why) {
    Health unknown = new Health(HealthStatus.UNKNOWN, "not visible: " + why.getMessage());
    return new Seen("", "", unknown, false, List.of());
  }
}
