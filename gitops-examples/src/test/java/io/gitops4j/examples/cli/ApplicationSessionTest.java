package io.gitops4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.reconcile.ReconcileListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationSessionTest {
  @TempDir Path folder;

  @Test
  @DisplayName("applications of one name in two namespaces are two targets, which prune their own")
  void tellsNamespacesApart() throws IOException {
    assertThat(target("team-a")).isEqualTo("team-a/web");
    assertThat(target("team-b")).isEqualTo("team-b/web");
    assertThat(target("argocd")).isEqualTo("web");
  }

  private String target(String namespace) throws IOException {
    Application application =
        Application.read(
            "app.yaml",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web, namespace: %s}
            spec:
              source: {repoURL: https://git.example.com/web.git}
              destination: {server: https://kubernetes.default.svc}
            """
                .formatted(namespace)
                .getBytes(StandardCharsets.UTF_8));
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {token: x}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
    try (ApplicationSession session =
        new ApplicationSession(
            application,
            Optional.empty(),
            ClusterAccess.of(application, kubeconfig, Optional.empty(), ExecPlugins.none()),
            folder.resolve("cache"),
            PruneConfirmation.none(),
            new ReconcileListener() {})) {
      return session.reconciler().target().name();
    }
  }
}
