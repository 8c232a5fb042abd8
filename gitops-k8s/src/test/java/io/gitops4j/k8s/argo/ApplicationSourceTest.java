package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  @DisplayName("what Argo CD replaces by values of the build is refused, not applied as it stands")
  @ValueSource(
      strings = {
        "images: ['app=reg/app:${ARGOCD_APP_REVISION_SHORT}']",
        "commonLabels: {app: $ARGOCD_APP_NAME}",
      })
  void refusesBuildEnvironment(String field) {
    String name = field.substring(0, field.indexOf(':'));
    assertThatThrownBy(() -> names("kustomize: {" + field + "}", KUSTOMIZED))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("kustomize " + name + " holds ")
        .hasMessageContaining("write the value itself");
    Map<String, String> files = new HashMap<>(KUSTOMIZED);
    files.put("app/.argocd-source.yaml", "kustomize: {" + field + "}");
    assertThatThrownBy(() -> names("kustomize: {namePrefix: p-}", files))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("write the value itself");
    assertThat(names("kustomize: {commonAnnotations: {cost: $1}}", KUSTOMIZED))
        .as("taken as it stands there, too")
        .containsExactly("dev-a");
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

  @Test
  @DisplayName("images that were written back into the path replace those of the Application")
  void readsWhatIsWrittenBack() {
    Map<String, String> files =
        Map.of(
            "app/kustomization.yaml",
            "resources: [pod.yaml]\nimages: [{name: app, newTag: v1}]\n",
            "app/pod.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{image: app}]}}",
            "app/.argocd-source-web.yaml",
            "kustomize:\n  images:\n  - app=reg/app:v3\n");

    assertThat(render("kustomize: {images: ['app:v2'], namePrefix: p-}", files).manifests())
        .singleElement()
        .satisfies(m -> assertThat(m.id().name()).isEqualTo("p-a"))
        .satisfies(m -> assertThat(m.object().toString()).contains("\"reg/app:v3\""));
  }

  @ParameterizedTest
  @DisplayName("files beside a kustomization are merged over the Application, the nearest one last")
  @CsvSource(
      delimiter = '|',
      value = {
        ".argocd-source.yaml | {kustomize: {namePrefix: x-}} | x-a-p",
        ".argocd-source.yaml | {kustomize: {namePrefix: null}} | dev-a-p",
        ".argocd-source.yaml | {path: other, generator: {a: b}} | prod-a-p",
        ".argocd-source-web.yaml | {kustomize: {nameSuffix: -x}} | prod-a-x",
        ".argocd-source-argocd_web.yaml | {kustomize: {nameSuffix: -x}} | prod-a-p",
        ".argocd-source-other.yaml | {kustomize: {nameSuffix: -x}} | prod-a-p",
        "sub/.argocd-source.yaml | {kustomize: {nameSuffix: -x}} | prod-a-p",
      })
  void mergesFilesOfThePath(String file, String content, String expected) {
    Map<String, String> files = new HashMap<>(KUSTOMIZED);
    files.put("app/" + file, content);

    assertThat(names("kustomize: {namePrefix: prod-, nameSuffix: -p}", files))
        .containsExactly(expected);
    if (!file.equals(".argocd-source.yaml")) {
      files.put("app/.argocd-source.yaml", "kustomize: {nameSuffix: -general}");
      assertThat(names("kustomize: {namePrefix: prod-}", files))
          .containsExactly(expected.replace("-p", "-general"));
    }
  }

  @Test
  @DisplayName("such a file says how a directory is read, and is no manifest of it")
  void mergesFilesOfADirectory() {
    Map<String, String> files = new HashMap<>(PLAIN);
    files.put("app/.argocd-source.yaml", "directory: {recurse: true, exclude: a.yaml}");
    files.put("app/.argocd-source-other.yaml", "directory: {recurse: false}");
    files.put("app/sub/.argocd-source.yaml", "directory: {recurse: false}");

    assertThat(names("directory: {exclude: '*'}", files)).containsExactly("b");
  }

  @ParameterizedTest
  @DisplayName("what such a file says and nobody honours is refused with its name")
  @CsvSource(
      delimiter = '|',
      value = {
        "kustomize: {patches: []} | patches",
        "helm: {parameters: [{name: a, value: b}]} | helm",
        "directory: {recurse: true} | no effect",
        "kustomize: 1 | kustomize",
        "[a] | not one object",
      })
  void refusesWhatIsNotHonoured(String content, String told) {
    Map<String, String> files = new HashMap<>(KUSTOMIZED);
    files.put("app/.argocd-source.yaml", content);

    assertThatThrownBy(() -> names("kustomize: {namePrefix: p-}", files))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/.argocd-source.yaml")
        .hasMessageContaining(told);
  }

  private static List<String> names(String block, Map<String, String> files) {
    return render(block, files).manifests().stream().map(m -> m.id().name()).toList();
  }

  private static ManifestSet render(String block, Map<String, String> files) {
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
    return Application.read("application.yaml", application.getBytes(StandardCharsets.UTF_8))
        .renderer()
        .render(InMemorySource.holding(files).snapshot(), OperationContext.create());
  }

  private static String named(String name) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}}\n".formatted(name);
  }
}
