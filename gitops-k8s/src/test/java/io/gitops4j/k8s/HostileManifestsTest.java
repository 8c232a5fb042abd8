package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.RenderException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a repository holds is input of whoever can push to it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileManifestsTest {
  private static final String NAMED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

  @ParameterizedTest
  @DisplayName("nothing is downloaded for a kustomization, by whatever it includes files with")
  @ValueSource(
      strings = {
        "resources: ['http://127.0.0.1:1/x.yaml']",
        "components: ['https://example.org/x']",
        "patches: [{path: 'http://127.0.0.1:1/x.yaml'}]",
        "patchesStrategicMerge: ['http://127.0.0.1:1/x.yaml']",
        "patchesJson6902: [{target: {version: v1, kind: A, name: a}, path: 'http://127.0.0.1:1/x'}]",
        "transformers: ['http://127.0.0.1:1/x.yaml']",
        "generators: ['http://127.0.0.1:1/x.yaml']",
        "validators: ['http://127.0.0.1:1/x.yaml']",
        "configurations: ['http://127.0.0.1:1/x.yaml']",
        "crds: ['http://127.0.0.1:1/x.yaml']",
        "openapi: {path: 'http://127.0.0.1:1/x.yaml'}",
        "replacements: [{path: 'http://127.0.0.1:1/x.yaml'}]",
        "configMapGenerator: [{name: c, files: ['k=http://127.0.0.1:1/x.yaml']}]",
        "configMapGenerator: [{name: c, envs: ['http://127.0.0.1:1/x.env']}]",
        "secretGenerator: [{name: c, env: 'http://127.0.0.1:1/x.env'}]",
        "Resources: ['http://127.0.0.1:1/x.yaml']",
        "resources: ['HTTPS://127.0.0.1:1/x.yaml']",
        "resources: ['git::file:///x']",
        "resources: ['someone@127.0.0.1:x/y']",
        "resources: ['GitHub.com/x/y']",
        "resources: ['x/y?ref=main']",
        "Patches: [{Path: 'http://127.0.0.1:1/x.yaml'}]",
        "patches: [{path: 'HTTP://127.0.0.1:1/x.yaml'}]",
        "ConfigMapGenerator: [{name: c, Files: ['k=Http://127.0.0.1:1/x.yaml']}]",
        "generators: ['{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: x},"
            + " files: [\"k=http://127.0.0.1:1/x\"]}']",
        "transformers: [\"apiVersion: builtin\\nkind: PatchTransformer\\n"
            + "metadata: {name: x}\\npath: HTTP://127.0.0.1:1/x\"]",
        "validators: [plugin.yaml]",
        "transformers: [plugins]",
      })
  void downloadsNothing(String include) {
    assertThatThrownBy(() -> kustomize(include))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("lies outside of the repository");
  }

  @ParameterizedTest
  @DisplayName(
      "no file of this machine gets into a kustomization, by whatever it includes files with")
  @ValueSource(
      strings = {
        "resources: [/etc/passwd]",
        "resources: [../../../../../../../../etc/passwd]",
        "resources: ['file:///etc/passwd']",
        "components: [/etc]",
        "patches: [{path: /etc/passwd}]",
        "patches: [{path: ../../../../../../../../etc/passwd}]",
        "transformers: [/etc/passwd]",
        "generators: [/etc/passwd]",
        "crds: [/etc/passwd]",
        "openapi: {path: /etc/passwd}",
        "replacements: [{path: /etc/passwd}]",
        "configMapGenerator: [{name: c, files: [k=/etc/passwd]}]",
        "configMapGenerator: [{name: c, files: [k=../../../../../../../../etc/passwd]}]",
        "configMapGenerator: [{name: c, envs: [/etc/environment]}]",
        "secretGenerator: [{name: c, files: [/etc/passwd]}]",
      })
  void readsNothingOutside(String include) {
    assertThatThrownBy(() -> kustomize(include))
        .isInstanceOf(GitOpsException.class)
        .hasMessageNotContaining("root:");
  }

  @Test
  @DisplayName("a kustomization that includes itself is an error, not an endless loop")
  void includesItself() {
    assertThatThrownBy(() -> kustomize("resources: [../app, a.yaml]"))
        .isInstanceOf(RenderException.class);
    assertThatThrownBy(
            () ->
                render(
                    Map.of(
                        "app/kustomization.yaml", "resources: [../other]",
                        "other/kustomization.yaml", "resources: [../app]")))
        .isInstanceOf(RenderException.class);
  }

  @ParameterizedTest
  @DisplayName("a YAML tag makes no object but the ones of YAML itself")
  @ValueSource(
      strings = {
        "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL"
            + " ['http://127.0.0.1:1/']]]]",
        "!!java.io.File [/etc/passwd]",
        "!<tag:yaml.org,2002:java.lang.Runtime> {}",
        "!python/object/apply:os.system [touch trace]",
        "!custom {}",
      })
  void makesNoObjects(String value) {
    assertThatThrownBy(() -> render(Map.of("app/a.yaml", NAMED + "data: " + value + "\n")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/a.yaml");
  }

  @Test
  @DisplayName("what is too much is a typed error: documents, depth, text, files")
  void tooMuch() {
    assertThat(render(Map.of("app/a.yaml", NAMED + "---\n".repeat(300_000))).manifests())
        .hasSize(1);
    assertThatThrownBy(() -> render(Map.of("app/a.yaml", NAMED + "data: " + "[".repeat(10_000))))
        .isInstanceOf(RenderException.class);
    assertThatThrownBy(() -> render(Map.of("app/a.yaml", NAMED + "data: " + "{a: ".repeat(10_000))))
        .isInstanceOf(RenderException.class);
    assertThatThrownBy(() -> render(Map.of("app/a.yaml", "# " + "x".repeat(33 << 20))))
        .isInstanceOf(RenderException.class);
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 10; i++) {
      many.put("app/" + i + ".yaml", "# " + "x".repeat(4 << 20));
    }
    assertThatThrownBy(() -> render(many))
        .isInstanceOfSatisfying(
            RenderException.class, e -> assertThat(e.code()).isEqualTo("RENDER-TOO-LARGE"));
  }

  @Test
  @DisplayName("fault 49: an object that is there twice is an error that names both places")
  void twice() {
    assertThatThrownBy(() -> render(Map.of("app/a.yaml", NAMED, "app/b.yaml", NAMED)))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/a.yaml")
        .hasMessageContaining("app/b.yaml");
  }

  private static ManifestSet kustomize(String include) {
    String plugin =
        "apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {name: x}\n"
            + "replacements: [{Path: 'http://127.0.0.1:1/x'}]\n";
    return render(
        Map.of(
            "app/kustomization.yaml", include + "\n",
            "app/a.yaml", NAMED,
            "app/plugin.yaml", plugin,
            "app/plugins/kustomization.yaml", "resources: [plugin.yaml]\n",
            "app/plugins/plugin.yaml", plugin));
  }

  private static ManifestSet render(Map<String, String> files) {
    OperationContext context = OperationContext.within(Duration.ofSeconds(50));
    try (Snapshot snapshot = InMemorySource.holding(files).snapshot()) {
      return ManifestRenderer.path("app").render(snapshot, context);
    }
  }
}
