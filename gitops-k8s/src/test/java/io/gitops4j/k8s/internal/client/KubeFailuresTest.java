package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.model.Sensitive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KubeFailuresTest {
  /** A fatal alert of TLS: handshake_failure. */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};

  /** What a server does with a connection on which the client greets. */
  @FunctionalInterface
  private interface Welcome {
    void of(Socket client) throws IOException;
  }

  @Test
  @DisplayName("a server that goes away in the middle of a handshake is one that is unreachable")
  void goesAway() throws Exception {
    for (Welcome welcome :
        new Welcome[] {
          client -> {},
          client -> client.getInputStream().read(new byte[4096]),
          client -> {
            client.getInputStream().read(new byte[4096]);
            client.setSoLinger(true, 0); // a reset
          }
        }) {
      Failure failure = lost(welcome);

      assertThat(failure.code()).as("%s", failure).isEqualTo("K8S-UNREACHABLE");
      assertThat(failure.retryability()).isEqualTo(Retryability.RETRY);
    }
  }

  @Test
  @DisplayName("a server that does not take what the client offers is told as one")
  void refuses() throws Exception {
    Failure failure =
        lost(
            client -> {
              client.getInputStream().read(new byte[4096]);
              client.getOutputStream().write(ALERT);
            });

    assertThat(failure.code()).as("%s", failure).isEqualTo("K8S-TLS");
    assertThat(failure.retryability()).isEqualTo(Retryability.NEVER);
  }

  @Test
  @DisplayName("a host that no name server knows is told as one")
  void unknown() throws Exception {
    Failure failure = lost("https://no-such-host.invalid");

    assertThat(failure.code()).isEqualTo("K8S-UNREACHABLE");
    assertThat(failure.retryability()).isEqualTo(Retryability.RETRY);
    assertThat(failure.reason()).endsWith("the name of its host is not known here");
  }

  private static Failure lost(Welcome welcome) throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> serve(socket, welcome), "server");
      server.start();
      return lost("https://127.0.0.1:" + socket.getLocalPort());
    }
  }

  private static Failure lost(String server) throws Exception {
    String kubeconfig =
        """
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: '%s'}}]
        users: [{name: u, user: {token: t}}]
        """
            .formatted(server);
    try (Connection connection =
        Connection.open(
            new KubeconfigContent(Sensitive.of(kubeconfig), Optional.empty()),
            Duration.ofMinutes(1))) {
      CompletableFuture<KubeResponse> answer =
          new KubeHttp(connection, Duration.ofMinutes(1), 1).send("GET", "/x", Map.of(), "", "");
      try {
        throw new AssertionError("an answer: " + answer.get(60, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        return KubeFailures.lost(Stage.DIFF, "x", "the server", e);
      }
    }
  }

  private static void serve(ServerSocket socket, Welcome welcome) {
    while (true) {
      try (Socket client = socket.accept()) {
        welcome.of(client);
      } catch (SocketException e) {
        if (socket.isClosed()) {
          return;
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
