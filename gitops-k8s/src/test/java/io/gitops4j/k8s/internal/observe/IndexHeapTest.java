package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.StreamingServer.Answer;
import io.gitops4j.model.Digest;
import io.gitops4j.model.TargetId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IndexHeapTest {
  private static final int OBJECTS = 20_000;
  private static final String LABEL = Observer.TARGET_LABEL;
  private static final LabelledKind MAPS =
      new LabelledKind(
          new ApiResource("", "v1", "ConfigMap", "configmaps", true),
          "",
          LABEL,
          LabelledKind.Detail.WHOLE);

  @Test
  @DisplayName("an object takes at most 1 KiB of heap in the index, however large it is")
  void keepsLittle() throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (StreamingServer server = new StreamingServer();
        Connection connection = server.connect();
        WatchIndex index =
            new WatchIndex(
                new KubeHttp(connection, Duration.ofMinutes(1), 16),
                timer,
                Duration.ofMinutes(1))) {
      fill(server, index, view("warms-up"), 1_000);
      long before = used();

      fill(server, index, view("measured"), OBJECTS);

      long each = (used() - before) / OBJECTS;
      System.out.println("an object in the index: " + each + " bytes");
      assertThat(each).as("less would not be there at all").isBetween(100L, 1024L);
    } finally {
      timer.shutdownNow();
    }
  }

  private static View view(String target) {
    return new View(
        new TargetId(target),
        LABEL,
        "",
        (id, live, manager) -> Optional.of(Digest.sha256(id.name())),
        HealthRules.standard());
  }

  private static void fill(StreamingServer server, WatchIndex index, View view, int count)
      throws Exception {
    String note = "x".repeat(1_000);
    String[] objects =
        IntStream.range(0, count)
            .mapToObj(i -> StreamingServer.object(LABEL, view, "object-" + i, 100_000 + i, note))
            .toArray(String[]::new);
    server.answer(uri -> Answer.list(1_000_000, objects));
    assertThat(index.objects(MAPS, view, object -> {}).get(1, TimeUnit.MINUTES)).hasSize(count);
    server.answer(uri -> Answer.list(1_000_000));
  }

  /** The least of several, because others leave garbage meanwhile. */
  private static long used() {
    return IntStream.range(0, 5)
        .mapToLong(
            i -> {
              System.gc();
              return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            })
        .min()
        .orElseThrow();
  }
}
