package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.StreamingServer.Answer;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ListsTest {
  private static final ApiResource MAPS =
      new ApiResource("", "v1", "ConfigMap", "configmaps", true);
  private static final View VIEW =
      new View(
          new TargetId("t"),
          Observer.TARGET_LABEL,
          "",
          (id, live, manager) -> Optional.empty(),
          HealthRules.standard());

  /** By the token that asks for each. */
  private static final Map<String, Answer> PAGES =
      Map.of(
          "",
          page("b", 20, "a", 1 << 20),
          "a",
          page("c", 2, "b", 10),
          "b",
          page("d", 6, "", 4 << 20));

  @Test
  @DisplayName(
      "after a page of large objects fewer are asked for at once, after small ones 500 again")
  void fits() throws Exception {
    try (StreamingServer server = new StreamingServer();
        Connection connection = server.connect()) {
      server.answer(uri -> PAGES.get(asked(uri, "continue")));
      Lists lists = new Lists(new KubeHttp(connection, Duration.ofMinutes(1), 16));

      assertThat(lists.labelled(MAPS, "", VIEW).get(1, TimeUnit.MINUTES).objects()).hasSize(28);
      assertThat(server.lists())
          .extracting(u -> asked(u, "limit"))
          .containsExactly("500", "15", "500");

      lists.labelled(MAPS, "", VIEW).get(1, TimeUnit.MINUTES);
      assertThat(server.lists())
          .extracting(u -> asked(u, "limit"))
          .containsExactly("3", "15", "500");
    }
  }

  @Test
  @DisplayName("a page that is too large to be read is asked for again with fewer objects")
  void asksForFewer() throws Exception {
    try (StreamingServer server = new StreamingServer();
        Connection connection = server.connect()) {
      server.answer(
          uri -> {
            int from = asked(uri, "continue").isEmpty() ? 0 : 7;
            int all = Math.min(20 - from, Integer.parseInt(asked(uri, "limit")));
            return page("p" + from, all, from + all < 20 ? "7" : "", 1 << 20);
          });
      Lists lists = new Lists(new KubeHttp(connection, Duration.ofMinutes(1), 16, 18 << 20));

      assertThat(lists.labelled(MAPS, "", VIEW).get(1, TimeUnit.MINUTES).objects()).hasSize(20);
      assertThat(server.lists())
          .extracting(u -> asked(u, "continue") + "/" + asked(u, "limit"))
          .containsExactly("/500", "/125", "/31", "/7", "7/15");
    }
  }

  @Test
  @DisplayName("fault 11: a list that expired half-way begins anew, without what it had shown")
  void beginsAnew() throws Exception {
    try (StreamingServer server = new StreamingServer();
        Connection connection = server.connect()) {
      AtomicInteger firsts = new AtomicInteger();
      server.answer(
          uri ->
              switch (asked(uri, "continue")) {
                case "" ->
                    firsts.getAndIncrement() == 0
                        ? page("gone", 2, "a", 1)
                        : page("there", 1, "", 1);
                default -> new Answer(410, "{\"kind\":\"Status\",\"message\":\"expired\"}");
              });
      Lists lists = new Lists(new KubeHttp(connection, Duration.ofMinutes(1), 16));

      assertThat(lists.labelled(MAPS, "", VIEW).get(1, TimeUnit.MINUTES).objects().keySet())
          .extracting(ResourceId::name)
          .containsExactly("there0");
    }
  }

  @Test
  @DisplayName("one object that is too large to be read ends the list")
  void endsAtOne() throws Exception {
    try (StreamingServer server = new StreamingServer();
        Connection connection = server.connect()) {
      server.answer(uri -> page("large", 1, "", 5000));
      Lists lists = new Lists(new KubeHttp(connection, Duration.ofMinutes(1), 16, 5000));

      assertThat(lists.labelled(MAPS, "", VIEW))
          .failsWithin(Duration.ofMinutes(1))
          .withThrowableOfType(ExecutionException.class)
          .matches(KubeFailures::tooLarge);
      assertThat(server.lists())
          .extracting(u -> asked(u, "limit"))
          .containsExactly("500", "125", "31", "7", "1");
    }
  }

  private static String asked(URI uri, String parameter) {
    return List.of(uri.getQuery().split("&")).stream()
        .filter(p -> p.startsWith(parameter + "="))
        .map(p -> p.substring(parameter.length() + 1))
        .findFirst()
        .orElse("");
  }

  private static Answer page(String name, int objects, String next, int size) {
    String note = "x".repeat(size);
    Answer page =
        Answer.list(
            5,
            IntStream.range(0, objects)
                .mapToObj(
                    i -> StreamingServer.object(Observer.TARGET_LABEL, VIEW, name + i, 4, note))
                .toArray(String[]::new));
    return new Answer(
        200,
        page.body()
            .replace(
                "\"resourceVersion\":\"5\"},\"items\"",
                "\"resourceVersion\":\"5\",\"continue\":\"" + next + "\"},\"items\""));
  }
}
