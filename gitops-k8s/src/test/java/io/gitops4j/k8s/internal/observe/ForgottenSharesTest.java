package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.StreamingServer.Answer;
import io.gitops4j.model.TargetId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a watched kind keeps, and for how long. */
class ForgottenSharesTest {
  private static final ApiResource MAPS =
      new ApiResource("", "v1", "ConfigMap", "configmaps", true);
  private static final String LABEL = Observer.TARGET_LABEL;
  private static final View.Rule NOTHING = (id, live, manager) -> Optional.empty();

  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final StreamingServer server = new StreamingServer();
  private final Connection connection = server.connect();
  private final KubeHttp http = new KubeHttp(connection, Duration.ofMinutes(1), 16);
  private final AtomicLong later = new AtomicLong();
  private final List<String> moved = new CopyOnWriteArrayList<>();
  private final KindWatch watch =
      new KindWatch(
          http,
          new Lists(http),
          new LabelledKind(MAPS, "", LABEL, LabelledKind.Detail.WHOLE),
          new MovableTimer(),
          Duration.ofHours(10),
          () -> false,
          (target, id) -> moved.add(target + " " + id.isPresent()));

  ForgottenSharesTest() throws IOException {}

  private final class MovableTimer implements WatchTimer {
    @Override
    public void after(Duration wait, Runnable what) {
      executor.schedule(what, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public long now() {
      return System.nanoTime() + later.get();
    }
  }

  @AfterEach
  void close() {
    watch.close();
    connection.close();
    server.close();
    executor.shutdownNow();
  }

  @Test
  @DisplayName(
      "what no pass asked for in an hour is told and forgotten, and its stream with the last")
  void forgetsTheIdle() throws Exception {
    server.answer(uri -> Answer.list(5));
    ask("gone");
    ask("busy");
    await().until(watch::well);
    server.lists();

    pass(Duration.ofMinutes(59));
    ask("busy");
    pass(Duration.ofMinutes(2));

    assertThat(moved).containsExactly("gone false");
    assertThat(server.lists()).as("answered from memory").isEmpty();
    assertThat(watch.well()).isTrue();

    pass(Duration.ofMinutes(60));

    assertThat(moved).containsExactly("gone false", "busy false");
    assertThat(watch.well()).as("a stream for nobody").isFalse();
    ask("busy");
    assertThat(server.lists()).hasSize(1);
    await().until(watch::well);
  }

  @Test
  @DisplayName("a list that was refused for the cluster is asked for again after ten minutes")
  void asksAgainLater() throws Exception {
    server.answer(uri -> Answer.refused("not yet"));
    assertThatThrownBy(() -> ask("t")).hasMessageContaining("not yet");
    server.answer(uri -> Answer.list(5));

    pass(Duration.ofMinutes(9));
    assertThatThrownBy(() -> ask("t")).hasMessageContaining("not yet");
    assertThat(server.lists()).hasSize(1);

    pass(Duration.ofMinutes(2));
    ask("t");
    await().until(watch::well);
  }

  private void pass(Duration time) {
    later.addAndGet(time.toNanos());
    watch.check();
  }

  private void ask(String target) throws Exception {
    View view = new View(new TargetId(target), LABEL, "", NOTHING, HealthRules.standard());
    watch.objects(view, object -> {}).get(30, TimeUnit.SECONDS);
  }
}
