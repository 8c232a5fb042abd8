package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.RenderException;
import io.gitops4j.k8s.ManifestConfig.Depth;
import io.gitops4j.k8s.ManifestConfig.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Kustomizations below a directory that is read as a whole, as in the fleets of Flux. */
class NestedKustomizationsTest extends RendererHarness {
  private static final Map<String, String> FLEET =
      Map.of(
          "clusters/staging/apps.yaml",
          named("apps"),
          "clusters/staging/flux-system/kustomization.yaml",
          "resources: [sync.yaml, ../../../base]\nnamePrefix: my-\n",
          "clusters/staging/flux-system/sync.yaml",
          named("sync"),
          "clusters/staging/flux-system/values.yaml",
          "replicas: 2\napiVersion: v2\n",
          "clusters/staging/flux-system/deeper/kustomization.yaml",
          "resources: [nope.yaml]\n",
          "clusters/staging/tenants/Kustomization",
          "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: [a.yaml]\n",
          "clusters/staging/tenants/a.yaml",
          named("a"),
          "base/kustomization.yml",
          "resources: [b.yaml]\n",
          "base/b.yaml",
          named("b"));

  @Test
  @DisplayName("each outermost kustomization below a directory is built, the other files are read")
  void buildsWhatIsNested() {
    assertThat(names(deep("clusters/staging"), FLEET))
        .containsExactlyInAnyOrder("apps", "my-sync", "my-b", "a");
  }

  @Test
  @DisplayName("a kustomization that is excluded is none: its files are read one by one")
  void leavesOutWhatIsExcluded() {
    ManifestRenderer.Builder flat =
        deep("clusters/staging").exclude("{*ustomization*,*values.yaml}");

    assertThat(names(flat, FLEET)).containsExactlyInAnyOrder("apps", "sync", "a");
  }

  @Test
  @DisplayName("two that make the same object are told what to do about it")
  void tellsOfTheSameObject() {
    Map<String, String> files =
        Map.of(
            "all/a/kustomization.yaml",
            "resources: [x.yaml]\n",
            "all/a/x.yaml",
            named("x"),
            "all/b/kustomization.yaml",
            "resources: [x.yaml]\n",
            "all/b/x.yaml",
            named("x"));
    assertThatThrownBy(() -> names(deep("all"), files))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("make a target of each, or exclude one");
  }

  @Test
  @DisplayName("one that is marked to be skipped, or says nothing, is none: its files are read")
  void passesOverWhatIsMarkedOrSaysNothing() {
    String marked = "# +argocd:skip-file-rendering\nresources: [b.yaml]\nnamePrefix: my-\n";
    for (String none : List.of(marked, "", "# resources: [b.yaml]\n", "---\n")) {
      for (String name : List.of("kustomization.yaml", "kustomization.yml", "Kustomization")) {
        Map<String, String> files =
            Map.of("app/sub/" + name, none, "app/sub/a.yaml", named("a"), "app/b.yaml", named("b"));

        assertThat(names(deep("app"), files)).containsExactlyInAnyOrder("a", "b");
        assertThat(names(deep("app/sub").type(Type.DIRECTORY), files)).containsExactly("a");
      }
    }
  }

  @Test
  @DisplayName("another object in a file of that name is an object like any other")
  void readsOtherKinds() {
    String flux = "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: %s}";
    Map<String, String> files =
        Map.of("clusters/sub/kustomization.yaml", flux.formatted("{name: apps, namespace: flux}"));

    assertThat(names(deep("clusters"), files)).containsExactly("apps");
  }

  @Test
  @DisplayName("what Kustomize refuses of one is told by the paths of the repository")
  void explainsErrors() {
    Map<String, String> files = new HashMap<>(FLEET);
    files.put("clusters/staging/tenants/Kustomization", "resources: [gone.yaml]\n");

    assertThatThrownBy(() -> names(deep("clusters/staging"), files))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("kustomization clusters/staging")
        .hasMessageContaining("'clusters/staging/tenants'")
        .hasMessageContaining("gone.yaml")
        .hasMessageNotContaining("tree/");
  }

  @Test
  @DisplayName("the path's own kustomization, where a directory was asked for, is refused as such")
  void refusesItsOwn() {
    ManifestRenderer.Builder directory =
        deep("clusters/staging/flux-system").type(Type.DIRECTORY).exclude("deeper/*");

    assertThatThrownBy(() -> names(directory, FLEET))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("clusters/staging/flux-system/kustomization.yaml: it is a kustomiz")
        .hasMessageContaining("exclude the file");
  }

  private static ManifestRenderer.Builder deep(String path) {
    return ManifestRenderer.builder(path).depth(Depth.RECURSIVE);
  }
}
