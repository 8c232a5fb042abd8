package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.git.GitConfig;
import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitLimits;
import io.gitops4j.git.GitSource;
import io.gitops4j.git.Rewrites;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.KustomizeOptions;
import io.gitops4j.k8s.ManifestConfig;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.model.Sensitive;
import io.gitops4j.spi.Providers;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformWorkspace;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersByNameTest {
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
      users: [{name: u, user: {token: canary}}]
      contexts: [{name: c, context: {cluster: c, user: u}}]
      current-context: c
      """;

  private final Providers providers = Providers.visibleTo(getClass().getClassLoader());
  @TempDir Path folder;

  @Test
  @DisplayName("source, renderer and destination of the library are found by name")
  void findsTheLibrarysOwn() {
    GitConfig git =
        new GitConfig(
            "https://user:canary@example.com/repo.git",
            "main",
            folder,
            GitCredentials.none(),
            Duration.ofSeconds(5),
            GitLimits.standard(),
            new Rewrites.Follow());
    ManifestConfig manifests =
        new ManifestConfig(
            "app",
            ManifestConfig.Type.AUTO,
            ManifestConfig.Depth.DIRECTORY,
            "",
            "",
            KustomizeOptions.none(),
            List.of(),
            Optional.empty(),
            Duration.ofMinutes(1),
            YamlLimits.standard());
    KubernetesConfig cluster =
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigContent(Sensitive.of(KUBECONFIG), Optional.empty()))
            .build();

    try (var source = providers.source("git", git);
        var destination = providers.destination("kubernetes", ManifestSet.class, cluster)) {
      assertThat(source).isInstanceOf(GitSource.class);
      assertThat(destination).isInstanceOf(KubernetesDestination.class);
    }
    assertThat(providers.renderer("manifests", ManifestSet.class, manifests))
        .isInstanceOf(ManifestRenderer.class);
    assertThat(git.toString() + cluster).doesNotContain("canary");
  }

  @Test
  @DisplayName("Terraform is found by name")
  void findsTerraform() {
    TerraformConfig config =
        TerraformConfig.builder(folder, Sensitive.of(new byte[32]))
            .binary(TerraformPrograms.any())
            .build();

    try (var destination = providers.destination("terraform", TerraformWorkspace.class, config)) {
      assertThat(destination).isInstanceOf(TerraformDestination.class);
    }
  }
}
