package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.model.Sensitive;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What goes over the wire, told by a server that answers one request of each connection. */
class DirectHttpClientFactoryTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
          + "{\"kind\":\"Status\"}";
  private static final String BUSY =
      "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n";
  private static final String PASSWORD_WANTED =
      "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"p\"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

  @Test
  @DisplayName("a type of content is sent as it is, and answers are wanted unpacked")
  void sendsAsTold() throws Exception {
    try (Server server = new Server(OK);
        Connection connection = connect("server: 'http://127.0.0.1:" + server.port() + "'")) {
      send(connection, "PATCH").get(60, TimeUnit.SECONDS);

      assertThat(server.heads.take())
          .contains("Content-Type: application/apply-patch+yaml", "Accept-Encoding: identity");
    }
  }

  @Test
  @DisplayName("over a connection that the server closed it reads again, and does not write again")
  void readsAgain() throws Exception {
    try (Server server = new Server(OK);
        Connection connection = connect("server: 'http://127.0.0.1:" + server.port() + "'")) {
      for (int i = 0; i < 3; i++) {
        assertThat(send(connection, "GET").get(60, TimeUnit.SECONDS).ok()).isTrue();
        server.awaitClosed();
      }
      assertThatThrownBy(() -> send(connection, "PATCH").get(60, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(IOException.class);

      assertThat(server.heads).hasSize(3).noneMatch(h -> h.get(0).startsWith("PATCH"));
    }
  }

  @Test
  @DisplayName("what a busy server refused is not sent again at once, also where it says so")
  void waits() throws Exception {
    try (Server server = new Server(BUSY);
        Connection connection = connect("server: 'http://127.0.0.1:" + server.port() + "'")) {
      assertThat(send(connection, "PATCH").get(60, TimeUnit.SECONDS).code()).isEqualTo(503);

      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  @DisplayName("a password of a proxy is sent to it at once, once, and told to nobody")
  void authenticates() throws Exception {
    try (Server proxy = new Server(PASSWORD_WANTED);
        Connection connection =
            connect(
                "server: 'https://cluster.example.org', proxy-url: 'http://me:canary@127.0.0.1:"
                    + proxy.port()
                    + "'")) {
      assertThatThrownBy(() -> send(connection, "GET").get(60, TimeUnit.SECONDS))
          .hasMessageContaining("Failed to authenticate with proxy")
          .hasMessageNotContaining("canary");

      assertThat(proxy.heads).hasSize(1);
      assertThat(proxy.heads.take())
          .startsWith("CONNECT cluster.example.org:443 HTTP/1.1")
          .contains("Proxy-Authorization: Basic bWU6Y2FuYXJ5")
          .noneMatch(line -> line.startsWith("Authorization"));
    }
  }

  private static CompletableFuture<KubeResponse> send(Connection connection, String method) {
    return new KubeHttp(connection, LIMIT, 1)
        .send(method, "/x", Map.of(), "application/apply-patch+yaml", "{}");
  }

  private static Connection connect(String cluster) {
    String kubeconfig =
        """
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {%s}}]
        users: [{name: u, user: {token: x}}]
        """
            .formatted(cluster);
    return Connection.open(
        new KubeconfigContent(
            Sensitive.of(kubeconfig), Optional.empty(), Set.of(KubeconfigFeature.PROXY)),
        LIMIT);
  }

  private static final class Server implements AutoCloseable {
    private final BlockingQueue<List<String>> heads = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
    private final ServerSocket door;
    private final String answer;

    Server(String answer) throws IOException {
      this.answer = answer;
      door = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(this::serve, "one-answer");
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return door.getLocalPort();
    }

    void awaitClosed() throws InterruptedException {
      assertThat(closed.poll(60, TimeUnit.SECONDS)).isTrue();
    }

    private void serve() {
      try {
        while (true) {
          try (Socket client = door.accept()) {
            BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream()));
            heads.add(in.lines().takeWhile(line -> !line.isEmpty()).toList());
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          }
          closed.add(true);
        }
      } catch (IOException e) {
        // The door was closed.
      }
    }

    @Override
    public void close() throws IOException {
      door.close();
    }
  }
}
