package io.gitops4j.k8s.internal.client;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Which kinds the server serves, from two aggregated requests, kept until a kind is asked for that
 * is not among them. Thread-safe.
 */
public final class Discovery {
  private static final String ACCEPT =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
          + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
          + "application/json";

  private static final String SUBJECT = "discovery";

  private final KubeHttp http;

  /** In the order that the server tells them in: of a group, the version that it prefers first. */
  private volatile Map<Key, ApiResource> known = Map.of();

  private volatile Set<String> silent = Set.of();
  private final AtomicInteger refreshed = new AtomicInteger();

  /** Asks nothing yet. */
  public Discovery(KubeHttp http) {
    this.http = http;
  }

  /** How often the server was asked: what was found before the last time may be otherwise now. */
  public int generation() {
    return refreshed.get();
  }

  /** The kind in that version, from what is known. */
  public Optional<ApiResource> find(String apiVersion, String kind) {
    return Optional.ofNullable(known.get(new Key(apiVersion, kind)));
  }

  /** How an object is served: in its version or, where that went, in the preferred one. */
  public Optional<ApiResource> findFor(ResourceId id, String apiVersion) {
    return find(apiVersion, id.kind()).or(() -> findAnyVersion(id.group(), id.kind()));
  }

  /** The kind in the version that the server prefers: for objects whose version went. */
  public Optional<ApiResource> findAnyVersion(String group, String kind) {
    return known.values().stream()
        .filter(r -> r.group().equals(group) && r.kind().equals(kind))
        .findFirst();
  }

  /** The kind that is served under a plural, in the version that the server prefers. */
  public Optional<ApiResource> findPlural(String group, String plural) {
    return known.values().stream()
        .filter(r -> r.group().equals(group) && r.plural().equals(plural))
        .findFirst();
  }

  /** Every kind once, in the version that {@link #findAnyVersion} gives. */
  public Collection<ApiResource> preferred() {
    Map<String, ApiResource> kinds = new TreeMap<>();
    known.values().forEach(r -> kinds.putIfAbsent(r.group() + "/" + r.kind(), r));
    return kinds.values();
  }

  /** Asks the server where nothing is known yet, without waiting for its answer. */
  public CompletableFuture<Void> first() {
    return generation() == 0 ? ask() : CompletableFuture.completedFuture(null);
  }

  /**
   * Asks the server.
   *
   * @throws DiffException when it does not say
   */
  public void refresh(OperationContext context) {
    await(ask(), context);
  }

  /**
   * Waits for what the server was asked.
   *
   * @throws DiffException when it did not say
   */
  public void await(CompletableFuture<Void> asked, OperationContext context) {
    try {
      http.await(asked, Stage.DIFF, context);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DiffException refused) {
        throw refused;
      }
      throw KubeFailures.cannotLook(KubeFailures.lost(Stage.DIFF, SUBJECT, http.server(), e));
    }
  }

  /** The core group has a path of its own. */
  private CompletableFuture<Void> ask() {
    CompletableFuture<KubeResponse> core = http.send("/api", Map.of(), ACCEPT);
    CompletableFuture<KubeResponse> groups = http.send("/apis", Map.of(), ACCEPT);
    return core.thenAcceptBoth(groups, this::learn);
  }

  private void learn(KubeResponse core, KubeResponse groups) {
    Map<Key, ApiResource> next = new LinkedHashMap<>();
    Set<String> unanswered = new HashSet<>();
    read(core, next, unanswered);
    read(groups, next, unanswered);
    known = Collections.unmodifiableMap(next);
    silent = Set.copyOf(unanswered);
    refreshed.incrementAndGet();
  }

  /**
   * Fails for a group that an API service serves which does not answer: the server lists it without
   * its kinds, and that they are not listed does not mean that there are none.
   *
   * @throws DiffException when the group was silent the last time
   */
  public void checkAnswers(String group) {
    if (silent.contains(group)) {
      throw new DiffException(
          "K8S-GROUP-UNAVAILABLE",
          Retryability.RETRY,
          "API group " + group,
          "the service behind it does not answer, so what it holds cannot be known",
          "look at its APIService with kubectl get apiservices",
          null);
    }
  }

  /** Groups that an API service serves which did not answer the last time. */
  public Set<String> silent() {
    return silent;
  }

  private void read(KubeResponse answer, Map<Key, ApiResource> into, Set<String> unanswered) {
    if (!answer.ok()) {
      throw KubeFailures.cannotLook(KubeFailures.of(Stage.DIFF, SUBJECT, answer));
    }
    if (!answer.body().path("kind").asString("").equals("APIGroupDiscoveryList")) {
      throw new DiffException(
          "K8S-DISCOVERY-UNSUPPORTED",
          Retryability.NEVER,
          http.server(),
          "it does not serve aggregated discovery, which Kubernetes has since 1.26",
          "use a newer API server",
          null);
    }
    for (JsonNode group : answer.body().path("items")) {
      readGroup(group, into, unanswered);
    }
  }

  private static void readGroup(
      JsonNode group, Map<Key, ApiResource> into, Set<String> unanswered) {
    String name = group.path("metadata").path("name").asString("");
    for (JsonNode version : group.path("versions")) {
      if (version.path("freshness").asString("").equals("Stale")) {
        unanswered.add(name);
      }
      for (JsonNode resource : version.path("resources")) {
        ApiResource found =
            new ApiResource(
                name,
                version.path("version").asString(""),
                resource.path("responseKind").path("kind").asString(""),
                resource.path("resource").asString(""),
                resource.path("scope").asString("").equals("Namespaced"),
                resource
                    .path("subresources")
                    .valueStream()
                    .anyMatch(s -> s.path("subresource").asString("").equals("status")));
        into.putIfAbsent(new Key(found.apiVersion(), found.kind()), found);
      }
    }
  }

  private record Key(String apiVersion, String kind) {}
}
