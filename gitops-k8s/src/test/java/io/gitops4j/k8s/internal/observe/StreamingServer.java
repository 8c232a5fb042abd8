package io.gitops4j.k8s.internal.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.model.Sensitive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers lists as it is told, and tells in streams what a test says. */
final class StreamingServer implements AutoCloseable {
  private static final int PIECE = 8192;

  private final HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final List<HttpExchange> streams = new CopyOnWriteArrayList<>();
  private final List<URI> asked = new CopyOnWriteArrayList<>();
  private volatile Function<URI, Answer> answers = uri -> new Answer(401, "{}");

  /** What a request is answered; a stream that is answered with 200 stays open. */
  record Answer(int code, String body) {
    static Answer list(int version, String... items) {
      return new Answer(
          200,
          "{\"kind\":\"ConfigMapList\",\"metadata\":{\"resourceVersion\":\"%s\"},\"items\":[%s]}"
              .formatted(version, String.join(",", items)));
    }

    static Answer refused(String message) {
      return new Answer(403, "{\"kind\":\"Status\",\"message\":\"" + message + "\"}\n");
    }
  }

  StreamingServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    asked.add(uri);
    Answer answer = answers.apply(uri);
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (watches(uri) && answer.code() == 200) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      streams.add(exchange);
      return;
    }
    exchange.sendResponseHeaders(answer.code(), body.length);
    // In pieces: this server keeps a buffer of twice the size of the largest write.
    for (int at = 0; at < body.length; at += PIECE) {
      exchange.getResponseBody().write(body, at, Math.min(PIECE, body.length - at));
    }
    exchange.close();
  }

  static boolean watches(URI uri) {
    return uri.getQuery().contains("watch=true");
  }

  void answer(Function<URI, Answer> how) {
    answers = how;
  }

  /** An object as lists and events have it. */
  static String object(String label, View view, String name, int version, String note) {
    return """
        {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"%s","namespace":"n","uid":"u-%s",\
        "resourceVersion":"%s","labels":{"%s":"%s"},"annotations":{"note":"%s"}}}"""
        .formatted(name, name, version, label, view.hash(), note);
  }

  /** Tells in the stream that was opened last. */
  void tell(String type, String object) throws IOException {
    HttpExchange stream = streams.get(streams.size() - 1);
    String line = "{\"type\":\"%s\",\"object\":%s}\n".formatted(type, object);
    stream.getResponseBody().write(line.getBytes(StandardCharsets.UTF_8));
    stream.getResponseBody().flush();
  }

  /** The lists that were asked for since the last time. */
  List<URI> lists() {
    List<URI> lists = asked.stream().filter(uri -> !watches(uri)).toList();
    asked.clear();
    return lists;
  }

  Connection connect() {
    String kubeconfig =
        """
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: 'http://127.0.0.1:%s'}}]
        users: [{name: u, user: {token: t}}]
        """
            .formatted(server.getAddress().getPort());
    return Connection.open(
        new KubeconfigContent(Sensitive.of(kubeconfig), Optional.empty()), Duration.ofMinutes(1));
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
