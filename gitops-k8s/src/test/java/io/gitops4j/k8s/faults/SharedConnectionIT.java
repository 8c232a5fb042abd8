package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.EventStream;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.testing.FaultRelay;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Over TLS all requests and streams share one connection (HTTP/2), which a server closes while
 * others use it, and which networks lose.
 */
class SharedConnectionIT {
  private static final int AT_ONCE = 16;

  /** Large requests that together are more than the buffers on the way can take. */
  private static final int MANY = 64;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** A server that closes the connection of one request in fifty, the most that it can be told. */
  private static TestCluster closing;

  private final TestCluster cluster = TestCluster.shared();

  @BeforeAll
  static void start() {
    closing = TestCluster.start(List.of("--goaway-chance=0.02"), List.of());
  }

  @AfterAll
  static void stop() {
    closing.close();
  }

  @Test
  @DisplayName("no request is lost when a server closes the connection so that clients spread")
  void closedToSpread() throws Exception {
    String namespace = closing.createNamespace("spread");
    try (FaultRelay relay = FaultRelay.inFrontOf(closing.url().getPort());
        Connection connection = connect(closing, relay, "admintoken", LIMIT)) {
      KubeHttp http = new KubeHttp(connection, LIMIT, AT_ONCE);
      List<CompletableFuture<KubeResponse>> answers =
          many(1000, i -> apply(http, namespace, "c-" + i));

      for (CompletableFuture<KubeResponse> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS).code()).isEqualTo(201);
      }
      assertThat(relay.connections()).as("connections, as each is closed").isGreaterThan(3);
    }
  }

  @Test
  @DisplayName("a credential that is refused is told to each of those who share the connection")
  void refusedForAll() throws Exception {
    try (FaultRelay relay = FaultRelay.inFrontOf(closing.url().getPort());
        Connection connection = connect(closing, relay, "expired", LIMIT)) {
      KubeHttp http = new KubeHttp(connection, LIMIT, AT_ONCE);
      List<CompletableFuture<KubeResponse>> answers =
          many(300, i -> apply(http, "default", "c-" + i));

      for (CompletableFuture<KubeResponse> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS).code()).isEqualTo(401);
      }
    }
  }

  @Test
  @DisplayName("a connection that leads nowhere any more is left, and its streams end")
  void forgotten() throws Exception {
    Duration limit = Duration.ofSeconds(2);
    Heard heard = new Heard();
    try (FaultRelay relay = FaultRelay.inFrontOf(cluster.url().getPort());
        Connection connection = connect(cluster, relay, "admintoken", limit);
        EventStream stream = new EventStream(heard)) {
      KubeHttp http = new KubeHttp(connection, limit, AT_ONCE);
      http.watch("/api/v1/namespaces", Map.of(), KubeHttp.METADATA_ONLY, stream);
      assertThat(heard.opened.await(30, TimeUnit.SECONDS)).isTrue();
      relay.forget();

      assertThatThrownBy(() -> version(http).get(30, TimeUnit.SECONDS))
          .hasStackTraceContaining("imeout");
      assertThat(heard.ended.get(60, TimeUnit.SECONDS).fault()).isPresent();
      assertThat(version(http).get(30, TimeUnit.SECONDS).ok()).isTrue();
    }
  }

  @Test
  @DisplayName("a connection that takes nothing any more is left, though a write waits for it")
  void stalled() throws Exception {
    Duration limit = Duration.ofSeconds(2);
    String text = "x".repeat(900 * 1024);
    try (FaultRelay relay = FaultRelay.inFrontOf(cluster.url().getPort());
        Connection connection = connect(cluster, relay, "admintoken", limit)) {
      KubeHttp http = new KubeHttp(connection, limit, MANY);
      for (CompletableFuture<KubeResponse> answer : many(2 * MANY, i -> version(http))) {
        assertThat(answer.get(30, TimeUnit.SECONDS).ok()).isTrue(); // so that all run at once
      }
      relay.stall();
      List<CompletableFuture<KubeResponse>> answers =
          many(MANY, i -> apply(http, "default", "large", text));

      for (CompletableFuture<KubeResponse> answer : answers) {
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class);
      }
      await().ignoreExceptions().until(() -> version(http).get(30, TimeUnit.SECONDS).ok());
    }
  }

  @Test
  @DisplayName("what is closed leaves no connection behind, also when a stream was open")
  void closes() throws Exception {
    Heard heard = new Heard();
    try (FaultRelay relay = FaultRelay.inFrontOf(cluster.url().getPort());
        EventStream stream = new EventStream(heard)) {
      try (Connection connection = connect(cluster, relay, "admintoken", LIMIT)) {
        new KubeHttp(connection, LIMIT, AT_ONCE)
            .watch("/api/v1/namespaces", Map.of(), KubeHttp.METADATA_ONLY, stream);
        assertThat(heard.opened.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(relay.open()).isPositive();
      }
      await().untilAsserted(() -> assertThat(relay.open()).isZero());
      assertThat(heard.ended.get(30, TimeUnit.SECONDS).fault()).isPresent();
    }
  }

  /** What a stream told. */
  private static final class Heard implements EventStream.Listener {
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CompletableFuture<EventStream.End> ended = new CompletableFuture<>();

    @Override
    public void opened(EventStream from) {
      opened.countDown();
    }

    @Override
    public void event(EventStream from, JsonNode event) {}

    @Override
    public void ended(EventStream from, EventStream.End end) {
      ended.complete(end);
    }
  }

  private static List<CompletableFuture<KubeResponse>> many(
      int count, IntFunction<CompletableFuture<KubeResponse>> request) {
    return IntStream.range(0, count).mapToObj(request).toList();
  }

  private static CompletableFuture<KubeResponse> version(KubeHttp http) {
    return http.send("GET", "/api", Map.of(), "", "");
  }

  private static CompletableFuture<KubeResponse> apply(KubeHttp http, String space, String name) {
    return apply(http, space, name, "");
  }

  private static CompletableFuture<KubeResponse> apply(
      KubeHttp http, String space, String name, String text) {
    return http.send(
        "PATCH",
        "/api/v1/namespaces/" + space + "/configmaps/" + name,
        Map.of("fieldManager", "test"),
        "application/apply-patch+yaml",
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"}, "data": {"text": "%s"}}
        """
            .formatted(name, text));
  }

  private static Connection connect(
      TestCluster to, FaultRelay relay, String token, Duration limit) {
    String kubeconfig = to.kubeconfig(token).replace(":" + to.url().getPort(), ":" + relay.port());
    return Connection.open(
        new KubeconfigContent(Sensitive.of(kubeconfig), Optional.empty(), Set.of()), limit);
  }
}
