package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.RenderException;
import io.gitops4j.k8s.ManifestConfig.Reach;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KustomizeReachTest {
  private static final String NAMED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n";
  private static final Map<String, String> SHARED =
      Map.of(
          "apps/web/base/kustomization.yaml",
          """
          resources: [../../shared/role.yaml, own.yaml]
          patches: [{path: ../patches/label.yaml}]
          patchesStrategicMerge:
          - |
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: own, annotations: {see: a/../b}}
          """,
          "apps/web/base/own.yaml",
          NAMED.formatted("own"),
          "apps/web/patches/label.yaml",
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own, labels: {a: b}}\n",
          "apps/shared/role.yaml",
          NAMED.formatted("role"));

  @TempDir Path machine;

  @Test
  @DisplayName("a kustomization may name files of the whole repository where that is allowed")
  void readsTheRepository() {
    assertThat(render("apps/web/base", Reach.REPOSITORY, SHARED))
        .extracting(m -> m.id().name() + " " + m.object().path("metadata").path("labels").size())
        .containsExactlyInAnyOrder("role 0", "own 1");
  }

  @Test
  @DisplayName("where it is not allowed, the error says how to allow it")
  void saysWhatAllowsIt() {
    assertThatThrownBy(() -> render("apps/web/base", Reach.OWN, SHARED))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("role.yaml")
        .hasMessageContaining("reach REPOSITORY");
  }

  @ParameterizedTest
  @DisplayName("no kustomization reads a file of this machine, however it names it")
  @ValueSource(
      strings = {
        "resources: ['%s']",
        "resources: ['x/../../..%s']",
        "patches: [{path: '../../../../../../../../..%s', target: {kind: ConfigMap}}]",
        "configMapGenerator: [{name: c, files: ['k=%s']}]",
        "configMapGenerator: [{name: c, envs: ['../../../../../../../../../../..%s']}]",
        "ConfigMapGenerator: [{name: c, Env: '../../../../../../../../../../..%s'}]",
        "patchesStrategicMerge: [\"a\\n/../../../../../../../../../../../..%s\"]",
        "transformers: ['a: b/../../../../../../../../../../../..%s']",
        "generators: [plugin.yaml]",
        "generators: [plugins]",
      })
  void readsNoFileOfThisMachine(String line) throws Exception {
    Path secret = Files.writeString(machine.resolve("secret"), NAMED.formatted("canary"));
    String plugin =
        "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: p}\nname: p\nfiles: [%s]\n";

    assertThatThrownBy(
            () ->
                render(
                    "app",
                    Reach.REPOSITORY,
                    Map.of(
                        "app/kustomization.yaml",
                        line.formatted(secret) + "\n",
                        "app/plugin.yaml",
                        plugin.formatted("k=" + secret),
                        "app/plugins/kustomization.yaml",
                        "resources: [../harmless.yaml]\npatches: [{patch: '"
                            + "[{op: add, path: /files/-, value: k="
                            + secret
                            + "}]', target: {name: p}}]\n",
                        "app/harmless.yaml",
                        plugin.formatted(""))))
        .isInstanceOfSatisfying(
            RenderException.class, e -> assertThat(e.code()).isEqualTo("RENDER-KUSTOMIZE"))
        .hasMessageNotContaining("Kustomize ended");
  }

  private static List<Manifest> render(String path, Reach reach, Map<String, String> files) {
    InMemorySource source = new InMemorySource();
    source.commit("files", files);
    OperationContext context = OperationContext.create();
    try (Snapshot snapshot =
        ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot()) {
      return ManifestRenderer.builder(path)
          .reach(reach)
          .build()
          .render(snapshot, context)
          .manifests();
    }
  }
}
