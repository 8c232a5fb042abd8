package io.gitops4j.examples.benchmark;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestSet;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** The floor: one apply request per object, sixteen at a time, and nothing else. */
final class RawLoop {
  private static final int AT_ONCE = 16;

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

  private static String path(Manifest manifest) {
    String root = manifest.id().group().isEmpty() ? "api/" : "apis/";
    return root
        + manifest.apiVersion()
        + "/namespaces/"
        + manifest.id().namespace()
        + "/"
        + manifest.id().kind().toLowerCase(Locale.ROOT)
        + "s/"
        + manifest.id().name()
        + "?fieldManager=raw&force=true&fieldValidation=Strict";
  }
}
