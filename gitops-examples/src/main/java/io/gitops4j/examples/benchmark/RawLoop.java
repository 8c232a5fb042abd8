package io.gitops4j.examples.benchmark;

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
import tools.jackson.databind.json.JsonMapper;

/**
 * The floor: one apply request per object, sixteen at a time, and nothing else; or one paged list
 * per kind.
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
      HttpRequest request =
          client
              .getHttpClient()
              .newHttpRequestBuilder()
              .uri(client.getMasterUrl() + path(manifest))
              .method("PATCH", "application/apply-patch+yaml", manifest.object().toString())
              .build();
      client
          .getHttpClient()
          .sendAsync(request, byte[].class)
          .whenComplete(
              (answer, lost) -> {
                if (lost != null || !answer.isSuccessful()) {
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

  /** Another client of the same server, as after a restart. */
  static KubernetesClient connect(KubernetesClient like) {
    return new KubernetesClientBuilder().withConfig(like.getConfiguration()).build();
  }

  /** Everything of the kinds, in pages of 500, all kinds at once, read as trees. */
  static void list(KubernetesClient client, ManifestSet objects) {
    List<CompletableFuture<Void>> lists =
        objects.manifests().stream()
            .map(RawLoop::collection)
            .distinct()
            .map(c -> page(client, c, ""))
            .toList();
    lists.forEach(CompletableFuture::join);
  }

  private static CompletableFuture<Void> page(
      KubernetesClient client, String collection, String token) {
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(client.getMasterUrl() + collection + "?limit=500" + token)
            .build();
    return client
        .getHttpClient()
        .sendAsync(request, byte[].class)
        .thenCompose(
            answer -> {
              String next =
                  JSON.readTree(answer.body()).path("metadata").path("continue").asString("");
              return next.isEmpty()
                  ? CompletableFuture.completedFuture(null)
                  : page(client, collection, "&continue=" + next);
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
