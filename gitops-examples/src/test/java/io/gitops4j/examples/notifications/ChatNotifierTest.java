package io.gitops4j.examples.notifications;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.gitops4j.GitOps;
import io.gitops4j.gate.Gate;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChatNotifierTest {
  private final InMemorySource source = new InMemorySource();
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private HttpServer chat;

  @BeforeEach
  void open() throws IOException {
    chat = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    chat.createContext(
        "/",
        exchange -> {
          try (exchange) {
            messages.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    chat.start();
  }

  @AfterEach
  void close() {
    chat.stop(0);
  }

  @Test
  @DisplayName("a plan that waits is told once, however many passes stop at it, the next one again")
  void tellsOnce() {
    URI address = URI.create("http://127.0.0.1:" + chat.getAddress().getPort() + "/");
    Reconciler<TextSet> shop =
        GitOps.target("shop")
            .source(source)
            .renderer(new TextSet.TextRenderer())
            .destination(new InMemoryDestination())
            .gate(Gate.approval((target, plan) -> false))
            .listener(new ChatNotifier(HttpClient.newHttpClient(), address))
            .build();
    source.commit("one", Map.of("one", "1"));
    for (int passes = 0; passes < 5; passes++) {
      assertThat(shop.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.PLANNED);
    }
    await().until(() -> !messages.isEmpty());
    source.commit("two", Map.of("one", "2"));
    String second = ((ReconcileOutcome.Planned) shop.reconcile()).plan().id().toString();

    await().until(() -> messages.stream().anyMatch(m -> m.contains(second)));

    assertThat(messages).hasSize(2);
    assertThat(messages.get(0)).startsWith("{\"text\":\"shop: ").contains("waits for approval");
  }
}
