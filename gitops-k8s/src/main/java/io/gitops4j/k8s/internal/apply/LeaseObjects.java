package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Leases of {@code coordination.k8s.io/v1}, written only over the version that was read.
 * Thread-safe.
 */
public final class LeaseObjects {
  private static final ApiResource LEASES =
      new ApiResource("coordination.k8s.io", "v1", "Lease", "leases", true);
  private static final ApiResource NAMESPACES =
      new ApiResource("", "v1", "Namespace", "namespaces", false);
  private static final String GROUP = "gitops4j.io/leases-of";
  private static final String MEMBER = "gitops4j.io/member";
  static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubeHttp http;
  private final String namespace;
  private final String group;

  /** Leases of one group of replicas, in a namespace that is made when it is missing. */
  public LeaseObjects(KubeHttp http, String namespace, String group) {
    this.http = http;
    this.namespace = namespace;
    this.group = group;
  }

  /**
   * A lease as it was read.
   *
   * @param name of the object
   * @param holder who has it; empty when nobody does
   * @param transitions how often it changed hands
   * @param version of the object
   * @param member whether it tells that a replica is there, and no more
   */
  public record Lease(
      String name, String holder, int transitions, String version, boolean member) {}

  /** All leases of the group, by name. */
  public CompletableFuture<Map<String, Lease>> list() {
    return http.send(
            "GET",
            LEASES.collectionPath(namespace),
            Map.of("labelSelector", GROUP + "=" + group),
            "",
            "")
        .thenApply(
            answer -> {
              check(answer);
              Map<String, Lease> leases = new HashMap<>();
              for (JsonNode item : answer.body().path("items")) {
                Lease lease = lease(item);
                leases.put(lease.name(), lease);
              }
              return leases;
            });
  }

  /** Makes a lease; fails when there is one. */
  public CompletableFuture<Lease> create(
      String name, String holder, Duration time, boolean member, Instant now) {
    ObjectNode body = body(name, member, holder, time, 1, now);
    return answer(
        post(LEASES.collectionPath(namespace), body)
            .thenCompose(
                made ->
                    made.code() == 404
                        ? post(NAMESPACES.collectionPath(""), ownNamespace())
                            .thenCompose(n -> post(LEASES.collectionPath(namespace), body))
                        : CompletableFuture.completedFuture(made)));
  }

  private CompletableFuture<KubeResponse> post(String path, ObjectNode body) {
    return http.send("POST", path, Map.of(), "application/json", body.toString());
  }

  private ObjectNode ownNamespace() {
    ObjectNode object = KubeHttp.JSON.createObjectNode().put("apiVersion", "v1");
    object.put("kind", NAMESPACES.kind()).putObject("metadata").put("name", namespace);
    return object;
  }

  /** Writes a lease in place of the one that was read; fails when it moved since. */
  public CompletableFuture<Lease> replace(
      Lease read, String holder, Duration time, int transitions, Instant now) {
    ObjectNode body = body(read.name(), read.member(), holder, time, transitions, now);
    ((ObjectNode) body.get("metadata")).put("resourceVersion", read.version());
    return answer(
        http.send(
            "PUT",
            LEASES.objectPath(namespace, read.name()),
            Map.of(),
            "application/json",
            body.toString()));
  }

  /** Removes a lease that was read. */
  public CompletableFuture<KubeResponse> delete(Lease read) {
    String options = "{\"preconditions\":{\"resourceVersion\":\"%s\"}}".formatted(read.version());
    return http.send(
        "DELETE", LEASES.objectPath(namespace, read.name()), Map.of(), "application/json", options);
  }

  private ObjectNode body(
      String name, boolean member, String holder, Duration time, int transitions, Instant now) {
    ObjectNode lease = KubeHttp.JSON.createObjectNode();
    lease.put("apiVersion", LEASES.apiVersion()).put("kind", LEASES.kind());
    ObjectNode labels =
        lease.putObject("metadata").put("name", name).putObject("labels").put(GROUP, group);
    if (member) {
      labels.put(MEMBER, "true");
    }
    // The times are for people: nobody compares them with a clock of its own.
    lease
        .putObject("spec")
        .put("holderIdentity", holder)
        .put("leaseDurationSeconds", Math.max(1, time.toSeconds()))
        .put("renewTime", MICROS.format(now))
        .put("leaseTransitions", transitions);
    return lease;
  }

  private static CompletableFuture<Lease> answer(CompletableFuture<KubeResponse> sent) {
    return sent.thenApply(
        answer -> {
          check(answer);
          return lease(answer.body());
        });
  }

  private static Lease lease(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    JsonNode spec = object.path("spec");
    return new Lease(
        metadata.path("name").asString(""),
        spec.path("holderIdentity").asString(""),
        spec.path("leaseTransitions").asInt(0),
        metadata.path("resourceVersion").asString(""),
        metadata.path("labels").has(MEMBER));
  }

  private static void check(KubeResponse answer) {
    if (!answer.ok()) {
      throw new CompletionException(new LeaseRefusedException(answer.code(), answer.message()));
    }
  }
}
