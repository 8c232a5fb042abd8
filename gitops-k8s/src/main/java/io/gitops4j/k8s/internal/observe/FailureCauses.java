package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.health.PodTrouble;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;

/**
 * Finds out why workloads are not well: their status only counts pods, the cause is in a pod's
 * containers and in events. Nothing is asked of what is well. Where pods or events may not be read,
 * the health stays as it is. Thread-safe.
 */
public final class FailureCauses {
  private static final Set<String> WORKLOADS =
      Set.of(
          "apps/Deployment",
          "apps/StatefulSet",
          "apps/DaemonSet",
          "apps/ReplicaSet",
          "batch/Job",
          "/Pod");

  /** A look at a target stays cheap when everything in it fails for the same reason. */
  private static final int OBJECTS = 5;

  private static final int EVENTS = 2;

  private final KubeHttp http;

  /** Sends requests through the given HTTP. */
  public FailureCauses(KubeHttp http) {
    this.http = http;
  }

  /** Puts the cause behind the message of the workloads that are not well, the worst first. */
  public void explain(
      SortedMap<ResourceId, Health> healths,
      Collection<ApiResource> kinds,
      OperationContext context) {
    healths.entrySet().stream()
        .filter(e -> WORKLOADS.contains(e.getKey().group() + "/" + e.getKey().kind()))
        .filter(
            e ->
                e.getValue().status() == HealthStatus.DEGRADED
                    || e.getValue().status() == HealthStatus.PROGRESSING)
        .sorted(
            Comparator.comparing(
                (Map.Entry<ResourceId, Health> e) -> e.getValue().status(),
                Comparator.reverseOrder()))
        .limit(OBJECTS)
        .toList()
        .forEach(e -> healths.put(e.getKey(), explained(e.getKey(), e.getValue(), kinds, context)));
  }

  private Health explained(
      ResourceId id, Health health, Collection<ApiResource> kinds, OperationContext context) {
    String causes =
        kinds.stream()
            .filter(k -> k.group().equals(id.group()) && k.kind().equals(id.kind()))
            .findFirst()
            .flatMap(k -> get(k.objectPath(id.namespace(), id.name()), Map.of(), context))
            .map(object -> causes(id, object, context))
            .orElse("");
    return causes.isEmpty() ? health : new Health(health.status(), health.message() + causes);
  }

  private String causes(ResourceId id, JsonNode object, OperationContext context) {
    if (id.kind().equals("Pod")) {
      return events(object, context);
    }
    String pods = "/api/v1/namespaces/" + id.namespace() + "/pods";
    Optional<JsonNode> failing =
        selector(object)
            .flatMap(s -> get(pods, Map.of("labelSelector", s, "limit", "50"), context))
            .flatMap(FailureCauses::failing);
    return failing
        .map(
            pod ->
                "; pod %s: %s"
                        .formatted(
                            pod.path("metadata").path("name").asString(""), PodTrouble.of(pod))
                    + events(pod, context))
        .orElseGet(() -> events(object, context));
  }

  /** The newest pod that something is wrong with. */
  private static Optional<JsonNode> failing(JsonNode pods) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode pod : pods.path("items")) {
      if (!PodTrouble.of(pod).isEmpty()) {
        found.add(pod);
      }
    }
    return found.stream()
        .max(Comparator.comparing(p -> p.path("metadata").path("creationTimestamp").asString("")));
  }

  /** The object's selector as a query writes it. */
  private static Optional<String> selector(JsonNode object) {
    List<String> terms = new ArrayList<>();
    JsonNode selector = object.path("spec").path("selector");
    selector
        .path("matchLabels")
        .properties()
        .forEach(e -> terms.add(e.getKey() + "=" + e.getValue().asString("")));
    for (JsonNode expression : selector.path("matchExpressions")) {
      List<String> values = new ArrayList<>();
      expression.path("values").forEach(v -> values.add(v.asString("")));
      String key = expression.path("key").asString("");
      String list = " (" + String.join(",", values) + ")";
      terms.add(
          switch (expression.path("operator").asString("")) {
            case "In" -> key + " in" + list;
            case "NotIn" -> key + " notin" + list;
            case "DoesNotExist" -> "!" + key;
            default -> key;
          });
    }
    return terms.isEmpty() ? Optional.empty() : Optional.of(String.join(",", terms));
  }

  /** The last warnings about an object. */
  private String events(JsonNode object, OperationContext context) {
    JsonNode metadata = object.path("metadata");
    String path =
        "/api/v1/namespaces/" + metadata.path("namespace").asString("default") + "/events";
    Map<String, String> query =
        Map.of(
            "fieldSelector",
            "type=Warning,involvedObject.uid=" + metadata.path("uid").asString(""),
            "limit",
            "100");
    List<JsonNode> found = new ArrayList<>();
    get(path, query, context).ifPresent(list -> list.path("items").forEach(found::add));
    StringBuilder text = new StringBuilder();
    found.stream()
        .sorted(Comparator.comparing(FailureCauses::time).reversed())
        .limit(EVENTS)
        .forEach(
            e ->
                text.append("; event ")
                    .append(e.path("reason").asString(""))
                    .append(": ")
                    .append(e.path("message").asString("").strip()));
    return text.toString();
  }

  private static String time(JsonNode event) {
    return event.path("lastTimestamp").asString(event.path("eventTime").asString(""));
  }

  /** Empty when the server does not give it: a cause that is not found is no failure. */
  private Optional<JsonNode> get(String path, Map<String, String> query, OperationContext context) {
    try {
      KubeResponse answer = http.get(path, query, Stage.HEALTH, context);
      return answer.ok() ? Optional.of(answer.body()) : Optional.empty();
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }
}
