package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationSourceTest {
  private static final Map<String, String> PLAIN =
      Map.of("app/a.yaml", named("a"), "app/sub/b.yaml", named("b"));
  private static final Map<String, String> KUSTOMIZED =
      Map.of(
          "app/kustomization.yaml",
          "resources: [a.yaml]\nnamePrefix: dev-\n",
          "app/a.yaml",
          named("a"),
          "app/sub/b.yaml",
          named("b"));

  @Test
  @DisplayName("a kustomize block on a path without a kustomization is an error, never passed over")
  void refusesOptionsWithoutKustomization() {
    assertThatThrownBy(() -> names("kustomize: {namePrefix: prod-}", PLAIN))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app")
        .hasMessageContaining("holds no kustomization");
  }

  @Test
  @DisplayName("a directory block reads files, also where there is a kustomization")
  void rendersTheDirectory() {
    assertThat(names("directory: {recurse: true, exclude: kustomization.yaml}", KUSTOMIZED))
        .containsExactly("a", "b");
    assertThat(names("directory: {include: a.yaml}", KUSTOMIZED)).containsExactly("a");
  }

  @Test
  @DisplayName("both blocks together are refused")
  void refusesBoth() {
    assertThatThrownBy(
            () -> names("directory: {recurse: true}\n    kustomize: {namePrefix: p-}", KUSTOMIZED))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("directory")
        .hasMessageContaining("kustomize");
  }

  @ParameterizedTest
  @DisplayName("a block that says nothing decides nothing, as in Argo CD")
  @ValueSource(
      strings = {
        "kustomize: {}",
        "kustomize:",
        "kustomize: {namePrefix: '', images: []}",
        "directory: {}",
        "directory: {recurse: false, include: ''}",
        "directory: {recurse: false}\n    kustomize: {}"
      })
  void passesOverEmptyBlocks(String block) {
    assertThat(names(block, PLAIN)).containsExactly("a");
    assertThat(names(block, KUSTOMIZED)).containsExactly("dev-a");
  }

  private static List<String> names(String block, Map<String, String> files) {
    InMemorySource source = new InMemorySource();
    source.commit("files", files);
    FetchResult fetched = source.fetch(Optional.empty(), OperationContext.create());
    String application =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: web, namespace: argocd}
        spec:
          source:
            repoURL: https://example.com/r.git
            path: app
            %s
          destination: {server: "https://kubernetes.default.svc"}
        """
            .formatted(block);
    ManifestSet set =
        Application.read("application.yaml", application.getBytes(StandardCharsets.UTF_8))
            .renderer()
            .render(((FetchResult.Fetched) fetched).snapshot(), OperationContext.create());
    return set.manifests().stream().map(m -> m.id().name()).toList();
  }

  private static String named(String name) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}}\n".formatted(name);
  }
}
