package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.StreamingServer.Answer;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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
    Selection maps = new Selection(MAPS, "", LABEL, false);
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
  @DisplayName("a kind that may not be watched is listed each time, and a warning says so once")
  void tellsWhatIsNotWatched() throws Exception {
    Selection maps = new Selection(MAPS, "", LABEL, false);
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
