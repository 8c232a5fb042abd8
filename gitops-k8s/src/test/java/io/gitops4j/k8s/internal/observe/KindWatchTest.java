package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.LocalServer;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.testing.TestScript;
import io.gitops4j.model.TargetId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindWatchTest {
  private static final ApiResource MAPS =
      new ApiResource("", "v1", "ConfigMap", "configmaps", true);
  private static final String EXPIRED =
      "\"token\":\"t\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"";

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  @TempDir Path folder;

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  @DisplayName("who reads does not wait for the program that makes the credential of a stream")
  void readsWhileAStreamIsOpened() throws Exception {
    Path again = folder.resolve("again");
    Path go = folder.resolve("go");
    Path plugin =
        TestScript.write(
            folder.resolve("plugin"),
            "if [ -e ran ]; then touch again; while [ ! -e go ]; do sleep 0.1; done; fi",
            "touch ran",
            TestScript.print("v1", EXPIRED));
    String list =
        "{\"kind\":\"ConfigMapList\",\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[]}";
    try (LocalServer server = new LocalServer(Map.of("/api/v1/configmaps", list));
        Connection connection = Connection.open(access(server, plugin), Duration.ofMinutes(1))) {
      KubeHttp http = new KubeHttp(connection, Duration.ofMinutes(1), 1);
      // A credential that has ended already is used for a second: the stream begins after that.
      KindWatch watch =
          new KindWatch(
              http,
              new Lists(http),
              new LabelledKind(MAPS, "", "label", LabelledKind.Detail.METADATA),
              (wait, what) -> timer.schedule(what, 1500, TimeUnit.MILLISECONDS),
              Duration.ofMinutes(1),
              () -> false,
              (target, id) -> {});
      View view =
          new View(
              new TargetId("t"),
              "label",
              "",
              (id, live, manager) -> Optional.empty(),
              HealthRules.standard());
      watch.objects(view, object -> {}).get(30, TimeUnit.SECONDS);
      await().until(() -> Files.exists(again));
      try {
        assertThat(CompletableFuture.supplyAsync(watch::well).get(10, TimeUnit.SECONDS)).isFalse();
      } finally {
        Files.createFile(go);
        watch.close();
      }
    }
  }

  private KubeconfigFile access(LocalServer server, Path plugin) throws Exception {
    String exec =
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: plugin, interactiveMode: Never}";
    Path file = Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig(exec));
    return new KubeconfigFile(
        file, Optional.empty(), Set.of(), ExecPlugins.none().allow("plugin", plugin));
  }
}
