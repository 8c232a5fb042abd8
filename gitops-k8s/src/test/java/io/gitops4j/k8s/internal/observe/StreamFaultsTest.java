package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.StreamingServer.Answer;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of the index where a server refuses, or an event cannot be read. */
class StreamFaultsTest {
  private static final ApiResource MAPS =
      new ApiResource("", "v1", "ConfigMap", "configmaps", true);
  private static final String LABEL = Observer.TARGET_LABEL;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final StreamingServer server = new StreamingServer();
  private final Connection connection = server.connect();
  private final KubeHttp http = new KubeHttp(connection, Duration.ofMinutes(1), 16);
  private final WatchIndex index = new WatchIndex(http, timer, Duration.ofMinutes(1));
  private final List<Optional<ResourceId>> moved = new CopyOnWriteArrayList<>();
  private final View view =
      new View(
          new TargetId("t"),
          LABEL,
          "",
          (id, live, manager) -> {
            if (live.at("/metadata/annotations/note").asString("").equals("unreadable")) {
              throw new IllegalStateException("a defect");
            }
            return Optional.empty();
          },
          HealthRules.standard());

  StreamFaultsTest() throws IOException {}

  @AfterEach
  void close() {
    index.close();
    connection.close();
    server.close();
    timer.shutdownNow();
  }

  @Test
  @DisplayName("an event that cannot be read is not lost: all that was told is listed again")
  void unreadableEvent() throws Exception {
    LabelledKind maps = new LabelledKind(MAPS, "", LABEL, LabelledKind.Detail.WHOLE);
    index.listen((target, thing) -> moved.add(thing));
    server.answer(uri -> Answer.list(5, object("a", 4, "")));
    index.objects(maps, view, o -> {}).get(30, TimeUnit.SECONDS);
    await().until(() -> index.watching() == 1);
    assertThat(index.objects(maps, view, o -> {}).get(30, TimeUnit.SECONDS)).hasSize(1);

    server.answer(uri -> Answer.list(6, object("a", 6, "mended")));
    String log =
        logOf(
            () -> {
              server.tell("MODIFIED", object("a", 6, "unreadable"));
              await().until(() -> moved.contains(Optional.<ResourceId>empty()));
            });

    assertThat(log).contains("an event of configmaps cannot be read").contains("a defect");
    assertThat(index.objects(maps, view, o -> {}).get(30, TimeUnit.SECONDS).values())
        .singleElement()
        .satisfies(a -> assertThat(a.resourceVersion()).isEqualTo("6"));
  }

  @Test
  @DisplayName("lists that are refused for the cluster are asked for once, and then rest as well")
  void restsWithNamespacedRights() {
    Observer observer = new Observer(http, Optional.of(index));
    Map<ApiResource, List<String>> kinds = Map.of(MAPS, List.of("n1", "n2"));
    CountDownLatch together = new CountDownLatch(2);
    server.answer(
        uri -> {
          if (uri.getPath().equals("/api/v1/configmaps")) {
            return Answer.refused("not in the whole cluster");
          }
          if (!StreamingServer.watches(uri)) {
            together.countDown();
            return arrived(together) ? Answer.list(5) : new Answer(500, "{}");
          }
          return new Answer(200, "");
        });
    assertThat(observer.labelled(kinds, view, OperationContext.create())).isEmpty();
    assertThat(server.lists()).hasSize(3);
    await().until(() -> index.watching() == 2);

    assertThat(observer.labelled(kinds, view, OperationContext.create())).isEmpty();

    assertThat(server.lists()).isEmpty();
  }

  @Test
  @DisplayName("a list that is refused where nothing else can be asked is asked for again")
  void asksAgain() {
    Observer observer = new Observer(http, Optional.of(index));
    Map<ApiResource, List<String>> kinds = Map.of(MAPS, List.of("n1"));
    server.answer(uri -> Answer.refused("not even there"));
    assertThatThrownBy(() -> observer.labelled(kinds, view, OperationContext.create()))
        .hasMessageContaining("not even there");

    server.answer(
        uri ->
            uri.getPath().contains("/n1/")
                ? Answer.list(5, object("a", 4, ""))
                : Answer.refused(""));

    assertThat(observer.labelled(kinds, view, OperationContext.create())).hasSize(1);
  }

  @Test
  @DisplayName("a kind that may not be watched is listed each time, and a warning says so once")
  void tellsWhatIsNotWatched() throws Exception {
    LabelledKind maps = new LabelledKind(MAPS, "", LABEL, LabelledKind.Detail.WHOLE);
    server.answer(
        uri ->
            StreamingServer.watches(uri)
                ? Answer.refused("nobody may watch here")
                : Answer.list(5));
    index.listen((target, thing) -> moved.add(thing));

    String log =
        logOf(
            () -> {
              index.objects(maps, view, o -> {}).get(30, TimeUnit.SECONDS);
              await().until(() -> moved.contains(Optional.<ResourceId>empty()));
              for (int i = 0; i < 3; i++) {
                index.objects(maps, view, o -> {}).get(30, TimeUnit.SECONDS);
              }
            });

    assertThat(server.lists()).hasSize(4);
    assertThat(log.lines())
        .filteredOn(line -> line.contains("WARN"))
        .singleElement()
        .asString()
        .contains("configmaps cannot be watched, so every pass lists them: nobody may watch here");
  }

  private String object(String name, int version, String note) {
    return StreamingServer.object(LABEL, view, name, version, note);
  }

  private static boolean arrived(CountDownLatch together) {
    try {
      return together.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What it does. */
  private interface Steps {
    void run() throws Exception;
  }

  private static String logOf(Steps steps) throws Exception {
    PrintStream err = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      steps.run();
    } finally {
      System.setErr(err);
    }
    return log.toString(StandardCharsets.UTF_8);
  }
}
