package io.gitops4j.k8s.internal.client;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Answers each path with one JSON document, and every other one with 401. */
public final class LocalServer implements AutoCloseable {
  private final HttpServer server;

  /** Begins at once, on a port of its own. */
  public LocalServer(Map<String, String> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String answer = answers.get(exchange.getRequestURI().getPath());
          byte[] body = (answer == null ? "{}" : answer).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(
              answer == null ? 401 : 200, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  /** A kubeconfig of one user. */
  public String kubeconfig(String user) {
    return """
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: 'http://127.0.0.1:%s'}}]
        users: [{name: u, user: {%s}}]
        """
        .formatted(server.getAddress().getPort(), user);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
