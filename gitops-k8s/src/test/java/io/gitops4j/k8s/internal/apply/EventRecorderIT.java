package io.gitops4j.k8s.internal.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** At a clock that stands still, with a server that refuses every Event. */
class EventRecorderIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final FaultProxy proxy = FaultProxy.inFrontOf(TestCluster.shared());
  private final Connection connection =
      Connection.open(
          new KubernetesConfig.KubeconfigContent(
              Sensitive.of(proxy.kubeconfig()), Optional.empty()),
          LIMIT);
  private final KubeHttp http = new KubeHttp(connection, LIMIT, 4);
  private final EventRecorder recorder =
      new EventRecorder(
          http,
          new Discovery(http),
          Runnable::run,
          Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
          "test");

  @BeforeEach
  void refuse() {
    proxy.inject(10_000, FaultProxy.Request::writes, FaultProxy.status(403, "Forbidden"));
    proxy.inject(
        10_000, r -> r.path().contains("/namespaces/"), FaultProxy.status(404, "NotFound"));
  }

  @AfterEach
  void close() {
    connection.close();
    proxy.close();
  }

  @Test
  @DisplayName("what a target may tell is not whole again because more than 1,000 others told")
  void limitsAmongMany() {
    for (int i = 0; i < 25; i++) {
      tell("noisy", "v1", "ConfigMap", "note " + i);
    }
    assertThat(told()).isEqualTo(20);
    for (int i = 0; i < 1100; i++) {
      tell("target-" + i, "v1", "ConfigMap", "note");
    }
    assertThat(told()).isEqualTo(1120);

    tell("noisy", "v1", "ConfigMap", "one more");

    assertThat(told()).isEqualTo(1120);
  }

  @Test
  @DisplayName("what is served is asked once for a kind that nobody serves, not for each Event")
  void asksOnce() {
    for (int i = 0; i < 5; i++) {
      tell("one", "nobody.example.org/v1", "Nothing", "note " + i);
    }

    assertThat(told()).isEqualTo(5);
    assertThat(proxy.seen()).filteredOn(r -> r.path().equals("/apis")).hasSize(1);
  }

  private void tell(String target, String apiVersion, String kind, String note) {
    recorder.tell(
        new EventNote(
            new TargetId(target),
            new EventNote.Regarding(apiVersion, "", kind, "default", target),
            EventNote.Type.NORMAL,
            "Progressing",
            note));
  }

  private long told() {
    return proxy.seen().stream().filter(FaultProxy.Request::writes).count();
  }
}
