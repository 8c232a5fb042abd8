package io.gitops4j.examples.benchmark;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * The floor: one apply request per object, sixteen at a time, and nothing else; or one paged list
 * per kind of what a target owns.
 */
final class RawLoop {
  private static final int AT_ONCE = 16;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RawLoop() {}

  static void apply(KubernetesClient client, ManifestSet objects) throws InterruptedException {
    Semaphore free = new Semaphore(AT_ONCE);
    AtomicInteger failures = new AtomicInteger();
    for (Manifest manifest : objects.manifests()) {
      free.acquire();
      send(
              client,
              request(client, path(manifest))
                  .method("PATCH", "application/apply-patch+yaml", manifest.object().toString()))
          .whenComplete(
              (answer, lost) -> {
                if (lost != null) {
                  failures.incrementAndGet();
                }
                free.release();
              });
    }
    free.acquire(AT_ONCE);
    if (failures.get() > 0) {
      throw new IllegalStateException(failures + " requests of the raw loop failed");
    }
  }

  /** Another client of the same server, as after a restart: one connection that all share. */
  static KubernetesClient connect(KubernetesClient like) {
    return new KubernetesClientBuilder().withConfig(like.getConfiguration()).build();
  }

  /** The same over HTTP/1.1, which GitOps4J speaks: a connection for each request at once. */
  static KubernetesClient connectHttp1(KubernetesClient like) {
    Config config = new ConfigBuilder(like.getConfiguration()).build();
    config.setHttp2Disable(true);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /**
   * A target's objects by its label, in pages of 500, all kinds at once, read as trees: the lists
   * that a pass needs.
   */
  static void list(KubernetesClient client, ManifestSet objects, String hash) {
    List<CompletableFuture<Void>> lists =
        kinds(objects).map(k -> page(client, k, hash, "")).toList();
    lists.forEach(CompletableFuture::join);
  }

  /** The same lists, one kind after another, as a script makes them. */
  static void listInTurn(KubernetesClient client, ManifestSet objects, String hash) {
    kinds(objects).forEach(k -> page(client, k, hash, "").join());
  }

  private static CompletableFuture<Void> page(
      KubernetesClient client, String kind, String hash, String token) {
    String query = "?limit=500&labelSelector=gitops4j.io%2Ftarget%3D" + hash + token;
    return send(client, request(client, kind + query))
        .thenCompose(
            answer -> {
              String next = JSON.readTree(answer).path("metadata").path("continue").asString("");
              return next.isEmpty()
                  ? CompletableFuture.completedFuture(null)
                  : page(client, kind, hash, "&continue=" + next);
            });
  }

  /** Removes all objects of the namespaces that these live in, so that nobody lists them later. */
  static void remove(KubernetesClient client, ManifestSet objects) {
    objects.manifests().stream()
        .map(RawLoop::collection)
        .distinct()
        .forEach(
            c ->
                send(client, request(client, c).method("DELETE", "application/json", "{}")).join());
  }

  private static Stream<String> kinds(ManifestSet objects) {
    return objects.manifests().stream()
        .map(m -> collection(m).replaceFirst("/namespaces/[^/]*", ""))
        .distinct();
  }

  private static HttpRequest.Builder request(KubernetesClient client, String path) {
    return client.getHttpClient().newHttpRequestBuilder().uri(client.getMasterUrl() + path);
  }

  private static CompletableFuture<byte[]> send(
      KubernetesClient client, HttpRequest.Builder request) {
    return client
        .getHttpClient()
        .sendAsync(request.build(), byte[].class)
        .thenApply(
            answer -> {
              if (!answer.isSuccessful()) {
                throw new IllegalStateException("a raw request failed: " + answer.code());
              }
              return answer.body();
            });
  }

  private static String collection(Manifest manifest) {
    String root = manifest.id().group().isEmpty() ? "api/" : "apis/";
    return root
        + manifest.apiVersion()
        + "/namespaces/"
        + manifest.id().namespace()
        + "/"
        + manifest.id().kind().toLowerCase(Locale.ROOT)
        + "s";
  }

  private static String path(Manifest manifest) {
    return collection(manifest)
        + "/"
        + manifest.id().name()
        + "?fieldManager=raw&force=true&fieldValidation=Strict";
  }
}
