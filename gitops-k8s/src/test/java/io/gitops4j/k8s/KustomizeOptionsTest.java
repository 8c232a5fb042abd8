package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.tck.InMemorySource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expectations are those of {@code kustomize edit}, which Argo CD runs in the path. */
class KustomizeOptionsTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: app:0}, {name: side, image: proxy:0}]}
      """;

  @Test
  @DisplayName("prefix, suffix and namespace replace what the kustomization says itself")
  void replacesWhatTheFileSays() {
    Manifest web =
        render(
            "namePrefix: dev-\nnameSuffix: -old\nNamespace: dev\n",
            options(Optional.of("prod-"), Optional.of("-new"), Optional.of("prod")));

    assertThat(web.id().name()).isEqualTo("prod-web-new");
    assertThat(web.id().namespace()).isEqualTo("prod");
  }

  @Test
  @DisplayName("what no option names stays as the kustomization says")
  void keepsTheRest() {
    Manifest web =
        render(
            """
            namePrefix: dev-
            images: [{name: proxy, newTag: '7'}]
            replicas: [{name: web, count: 3}]
            commonAnnotations: {first: a}
            """,
            new KustomizeOptions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of("app:2"),
                Map.of("team", "shop"),
                Map.of("second", "b"),
                Map.of()));

    assertThat(web.id().name()).isEqualTo("dev-web");
    assertThat(web.object().toString())
        .contains("\"app:2\"", "\"proxy:7\"", "\"replicas\":3", "\"team\":\"shop\"")
        .contains("\"first\":\"a\"", "\"second\":\"b\"");
  }

  @ParameterizedTest
  @DisplayName("an image replaces the kustomization's entry of the same name")
  @CsvSource({
    "app=reg/app:v2, reg/app:v2",
    "app:v2, app:v2",
    "app=reg.example.com:5000/app:v2, reg.example.com:5000/app:v2",
    "app=reg.example.com:5000/app, reg.example.com:5000/app:0",
    "app:v2@DIGEST, app:v2@DIGEST",
    "app@DIGEST, app@DIGEST",
    "app=reg/app:v2@DIGEST, reg/app:v2@DIGEST",
    "app=*:v2, reg/old:v2",
    "app=reg/app:*, reg/app:v1",
  })
  void replacesImages(String image, String expected) {
    Manifest web =
        render(
            "images: [{name: app, newName: reg/old, newTag: v1}]\n",
            images(image.replace("DIGEST", DIGEST)));

    assertThat(web.object().toString())
        .contains("\"" + expected.replace("DIGEST", DIGEST) + "\"", "\"proxy:0\"");
  }

  @Test
  @DisplayName("replicas replace the kustomization's entry of the same name")
  void replacesReplicas() {
    Manifest web = render("replicas: [{name: web, count: 3}]\n", replicas(Map.of("web", 5)));

    assertThat(web.object().toString()).contains("\"replicas\":5");
  }

  @Test
  @DisplayName("a kustomization at the root of the repository takes options too")
  void takesOptionsAtTheRoot() {
    ManifestSet set =
        render(
            ".",
            Map.of("Kustomization", "resources: [web.yaml]\n", "web.yaml", DEPLOYMENT),
            images("app:2"));

    assertThat(set.manifests().get(0).object().toString()).contains("\"app:2\"");
  }

  @Test
  @DisplayName("a label that the kustomization has already is refused, in place of one of both")
  void refusesASecondValue() {
    KustomizeOptions labels =
        new KustomizeOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of("team", "shop"),
            Map.of(),
            Map.of());

    assertThatThrownBy(() -> render("commonLabels: {team: other}\n", labels))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/kustomization.yaml")
        .hasMessageContaining("commonLabels")
        .hasMessageContaining("team");
  }

  @Test
  @DisplayName("an image option that changes nothing is refused by name")
  void refusesImagesWithoutAnything() {
    assertThatThrownBy(() -> render("", images("app")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("'app'");
  }

  @ParameterizedTest
  @DisplayName("a kustomization that options cannot be set in is refused with its name")
  @ValueSource(strings = {"", "- a", "a: b\n---\nc: d\n", "images: none\n", "commonLabels: [a]\n"})
  void refusesWhatIsNoKustomization(String content) {
    KustomizeOptions options =
        new KustomizeOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of("app:2"),
            Map.of("team", "shop"),
            Map.of(),
            Map.of());

    assertThatThrownBy(() -> render("app", Map.of("app/kustomization.yaml", content), options))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/kustomization.yaml")
        .hasMessageContaining("no option can be set in it");
  }

  @Test
  @DisplayName("options for a path without a kustomization are refused, never passed over")
  void refusesADirectory() {
    assertThatThrownBy(() -> render("app", Map.of("app/web.yaml", DEPLOYMENT), images("app:2")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("holds no kustomization");
  }

  @Test
  @DisplayName("options that have no effect on what a path is rendered as are told at once")
  void refusesOptionsOfTheOtherType() {
    assertThatThrownBy(
            () ->
                ManifestRenderer.builder("app")
                    .type(ManifestConfig.Type.DIRECTORY)
                    .kustomize(images("app:2"))
                    .build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("kustomize");
    assertThatThrownBy(
            () ->
                ManifestRenderer.builder("app")
                    .type(ManifestConfig.Type.KUSTOMIZE)
                    .include("*.yaml")
                    .build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("include");
  }

  private static Manifest render(String kustomization, KustomizeOptions options) {
    return render(
            "app",
            Map.of(
                "app/kustomization.yaml",
                "resources: [web.yaml]\n" + kustomization,
                "app/web.yaml",
                DEPLOYMENT),
            options)
        .manifests()
        .get(0);
  }

  private static ManifestSet render(
      String path, Map<String, String> files, KustomizeOptions options) {
    return ManifestRenderer.builder(path)
        .kustomize(options)
        .build()
        .render(InMemorySource.holding(files).snapshot(), OperationContext.create());
  }

  private static KustomizeOptions options(
      Optional<String> prefix, Optional<String> suffix, Optional<String> namespace) {
    return new KustomizeOptions(prefix, suffix, namespace, List.of(), Map.of(), Map.of(), Map.of());
  }

  private static KustomizeOptions images(String image) {
    return new KustomizeOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(image),
        Map.of(),
        Map.of(),
        Map.of());
  }

  private static KustomizeOptions replicas(Map<String, Integer> replicas) {
    return new KustomizeOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Map.of(),
        replicas);
  }
}
