package io.gitops4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.argo.Application;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterAccessTest {
  @Test
  @DisplayName("a cluster that the manifest names is not replaced by, nor preferred to, --context")
  void refusesAnotherContext() {
    assertThatThrownBy(() -> context("name: production", Optional.of("staging")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("production")
        .hasMessageContaining("--context staging");
  }

  @Test
  @DisplayName("the context is what the manifest names, else what was asked for")
  void choosesTheContext() {
    assertThat(context("name: production", Optional.empty())).contains("production");
    assertThat(context("name: production", Optional.of("production"))).contains("production");
    assertThat(context("name: in-cluster", Optional.of("staging"))).contains("staging");
    assertThat(context("server: https://kubernetes.default.svc", Optional.empty())).isEmpty();
  }

  private static Optional<String> context(String destination, Optional<String> asked) {
    Application application =
        Application.read(
            "app.yaml",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: shop}
            spec:
              project: default
              source: {repoURL: "https://git.example.com/shop", path: app}
              destination: {namespace: shop, %s}
            """
                .formatted(destination)
                .getBytes(StandardCharsets.UTF_8));
    ClusterAccess access =
        ClusterAccess.of(application, Path.of("config"), asked, ExecPlugins.none());
    return ((KubeconfigFile) access.access()).context();
  }
}
