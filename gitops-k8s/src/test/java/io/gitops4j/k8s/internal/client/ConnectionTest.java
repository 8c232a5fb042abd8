package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
  @TempDir Path folder;

  @Test
  @DisplayName("a rule of the embedder that fails while a credential is renewed ends the request")
  void tellsWhoWaits() throws Exception {
    try (LocalServer server = new LocalServer(Map.of())) {
      Path file = Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig("token: x"));
      ExecPlugins plugins =
          ExecPlugins.none()
              .allow("plugin", folder.resolve("plugin"))
              .onlyIf(
                  call -> {
                    throw new IllegalStateException("the rule is broken");
                  });
      try (Connection connection =
          Connection.open(
              new KubeconfigFile(file, Optional.empty(), Set.of(), plugins),
              Duration.ofMinutes(10))) {
        Files.writeString(
            file,
            server.kubeconfig(
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: plugin}"));
        CompletableFuture<KubeResponse> answer =
            new KubeHttp(connection, Duration.ofMinutes(10), 1).send("GET", "/x", Map.of(), "", "");
        assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasRootCauseMessage("the rule is broken");
      }
    }
  }
}
