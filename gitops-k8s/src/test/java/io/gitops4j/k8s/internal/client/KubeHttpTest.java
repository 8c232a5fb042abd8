package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeHttpTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE"})
  @DisplayName("a success without an object is no answer: it is asked for again, and not quoted")
  void unreadable(String method) throws Exception {
    for (String body :
        new String[] {
          "",
          "<html>canary</html>",
          "{\"kind\": \"Secret\", \"data\": {\"canary\": \"canary",
          "{\"message\": \"canary\"}",
          "[\"canary\"]",
          "null"
        }) {
      Failure failure = failure(method, body);

      assertThat(failure.code()).as(body).isEqualTo("K8S-ANSWER-UNREADABLE");
      assertThat(failure.retryability()).isEqualTo(Retryability.RETRY);
      assertThat(failure.message()).contains("200").doesNotContain("canary");
    }
  }

  @Test
  @DisplayName("a success may be told as a Status in place of the object")
  void status() throws Exception {
    KubeResponse answer =
        answer("DELETE", "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}");

    assertThat(answer.ok()).isTrue();
    assertThat(answer.body().path("status").asString("")).isEqualTo("Success");
  }

  @Test
  @DisplayName(
      "that there is none is told by an API server; a proxy that lost its way says nothing")
  void absent() throws Exception {
    for (String said :
        new String[] {"{\"kind\":\"Status\"}", "404 page not found\n", "404: Page Not Found"}) {
      assertThat(KubeHttp.response(404, said.getBytes(StandardCharsets.UTF_8), null).code())
          .isEqualTo(404);
    }
    for (String said : new String[] {"", "<html>no such route</html>", "{\"status\": 404}"}) {
      assertThatExceptionOfType(UnusableAnswerException.class)
          .as(said)
          .isThrownBy(() -> KubeHttp.response(404, said.getBytes(StandardCharsets.UTF_8), null));
    }
  }

  @Test
  @DisplayName("an answer may be as large as the bound, and one byte more ends it for good")
  void tooLarge() throws Exception {
    String object = "{\"kind\":\"ConfigMap\",\"data\":\"" + "x".repeat(100_000) + "\"}";
    try (LocalServer server = new LocalServer(Map.of("/x", object));
        Connection connection = open(server)) {
      Function<Integer, CompletableFuture<KubeResponse>> get =
          largest ->
              WholeAnswer.of(
                  connection,
                  () -> connection.newRequest().uri(connection.server() + "x"),
                  LIMIT,
                  largest);

      assertThat(get.apply(object.length()).get().ok()).isTrue();
      assertThat(get.apply(object.length() - 1))
          .failsWithin(LIMIT)
          .withThrowableOfType(ExecutionException.class)
          .satisfies(
              e -> {
                Failure failure = KubeFailures.lost(Stage.DIFF, "x", "the server", e);
                assertThat(failure.code()).isEqualTo("K8S-ANSWER-TOO-LARGE");
                assertThat(failure.retryability()).isEqualTo(Retryability.RETRY_ON_CHANGE);
                assertThat(failure.message()).contains((object.length() - 1) + " bytes");
              });
      assertThat(WholeAnswer.LARGEST).isBetween(1024 * 1024, 256 * 1024 * 1024);
    }
  }

  @Test
  @DisplayName("fault 4: a busy server is asked again no sooner than it says, whoever waits for it")
  void waitsAsLongAsAsked() throws Exception {
    try (LocalServer server = new LocalServer(Map.of());
        Connection connection = open(server)) {
      KubeHttp http = new KubeHttp(connection, LIMIT, 1);
      List<Long> times = new CopyOnWriteArrayList<>();
      Supplier<CompletableFuture<KubeResponse>> request =
          () -> {
            times.add(System.nanoTime());
            return CompletableFuture.completedFuture(busyAtFirst(times.size()));
          };

      assertThat(http.patiently(request, Stage.DIFF, OperationContext.within(LIMIT)).code())
          .isEqualTo(200);
      assertThat(http.patiently(request).get(LIMIT.toSeconds(), TimeUnit.SECONDS).code())
          .isEqualTo(200);

      assertThat(times).hasSize(4);
      assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(2_000_000_000L);
      assertThat(times.get(3) - times.get(2)).isGreaterThanOrEqualTo(2_000_000_000L);
    }
  }

  /** Every other answer is that it is busy. */
  private static KubeResponse busyAtFirst(int request) {
    try {
      byte[] body = "{\"kind\":\"Status\"}".getBytes(StandardCharsets.UTF_8);
      return KubeHttp.response(request % 2 == 0 ? 200 : 429, body, "2");
    } catch (UnusableAnswerException e) {
      throw new AssertionError(e);
    }
  }

  private static Failure failure(String method, String body) throws Exception {
    try {
      throw new AssertionError(method + " " + body + " gave " + answer(method, body));
    } catch (ExecutionException e) {
      return KubeFailures.lost(Stage.APPLY, "x", "the server", e);
    }
  }

  private static KubeResponse answer(String method, String body) throws Exception {
    try (LocalServer server = new LocalServer(Map.of("/x", body));
        Connection connection = open(server)) {
      return new KubeHttp(connection, LIMIT, 1)
          .send(method, "/x", Map.of(), "application/json", "{}")
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static Connection open(LocalServer server) {
    return Connection.open(
        new KubeconfigContent(Sensitive.of(server.kubeconfig("token: x")), Optional.empty()),
        LIMIT);
  }
}
