package io.gitops4j.examples.benchmark;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.testing.TrustAll;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * The floor: one apply request per object, sixteen at a time, and nothing else; or one paged list
 * per kind of what a target owns.
 */
final class RawLoop {
  private static final int AT_ONCE = 16;
  private static final String APPLY = "application/apply-patch+yaml";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RawLoop() {}

  static void apply(KubernetesClient client, ManifestSet objects) throws InterruptedException {
    apply(
        objects,
        manifest ->
            send(client, request(client, path(manifest)).method("PATCH", APPLY, body(manifest))));
  }

  /** The JDK's HTTP client, bare: one connection that all share, to a server of a test. */
  static HttpClient connectOverJdk() throws GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new TrustAll()}, null);
    return HttpClient.newBuilder().sslContext(tls).build();
  }

  /**
   * The same over that.
   *
   * @param like knows the server and the token
   */
  static void apply(HttpClient client, KubernetesClient like, ManifestSet objects)
      throws InterruptedException {
    String token = "Bearer " + like.getConfiguration().getOauthToken();
    apply(
        objects,
        manifest ->
            client
                .sendAsync(
                    java.net.http.HttpRequest.newBuilder(
                            URI.create(like.getMasterUrl() + path(manifest)))
                        .header("Authorization", token)
                        .header("Content-Type", APPLY)
                        .method("PATCH", BodyPublishers.ofString(body(manifest)))
                        .build(),
                    BodyHandlers.ofByteArray())
                .thenAccept(answer -> check(answer.statusCode())));
  }

  private static void apply(ManifestSet objects, Function<Manifest, CompletableFuture<?>> send)
      throws InterruptedException {
    Semaphore free = new Semaphore(AT_ONCE);
    AtomicInteger failures = new AtomicInteger();
    for (Manifest manifest : objects.manifests()) {
      free.acquire();
      send.apply(manifest)
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

  /**
   * Another client of the same server, as after a restart: one connection that all share, with the
   * HTTP client that GitOps4J has, and its sockets that send at once.
   */
  static KubernetesClient connect(KubernetesClient like) {
    return new KubernetesClientBuilder()
        .withConfig(like.getConfiguration())
        .withHttpClientFactory(
            new OkHttpClientFactory() {
              @Override
              protected void additionalConfig(OkHttpClient.Builder builder) {
                builder.eventListener(new PromptSockets());
              }
            })
        .build();
  }

  private static final class PromptSockets extends EventListener {
    @Override
    public void connectionAcquired(Call call, Connection connection) {
      try {
        connection.socket().setTcpNoDelay(true);
      } catch (SocketException e) {
        throw new UncheckedIOException(e);
      }
    }
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
              check(answer.code());
              return answer.body();
            });
  }

  private static void check(int code) {
    if (code / 100 != 2) {
      throw new IllegalStateException("a raw request failed: " + code);
    }
  }

  private static String body(Manifest manifest) {
    return manifest.object().toString();
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
