package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How the files of a directory are read, and which of them are refused. */
class ManifestRendererTest extends RendererHarness {
  @Test
  @DisplayName("the end of a target renders nothing, whatever the revision holds")
  void rendersNothing() {
    OperationContext context = OperationContext.create();
    try (Snapshot snapshot = snapshot(Map.of("app/a.yaml", DEPLOYMENT))) {
      ManifestSet set = ManifestRenderer.nothing().render(snapshot, context);
      assertThat(set.isEmpty()).isTrue();
      assertThat(set.revision()).isEqualTo(snapshot.revision());
    }
  }

  @Test
  @DisplayName("what is not rendered yet is refused by name, never left out in silence")
  void refusesWhatItDoesNotRender() {
    assertThatThrownBy(() -> render(ManifestRenderer.path("app"), Map.of("app/a.jsonnet", "{}")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/a.jsonnet");
    assertThatThrownBy(
            () ->
                render(
                    ManifestRenderer.path("app"),
                    Map.of("app/Chart.yaml", "name: x", "app/templates/a.yaml", "{{ x }}")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("Helm chart");
  }

  @Test
  @DisplayName("a chart beside a kustomization counts for nothing, as in Argo CD")
  void passesOverChartsBesideKustomizations() {
    Map<String, String> files =
        Map.of(
            "app/Chart.yaml",
            "name: x",
            "app/kustomization.yaml",
            "resources: [a.yaml]\n",
            "app/a.yaml",
            DEPLOYMENT);
    assertThat(render(ManifestRenderer.path("app"), files).manifests()).hasSize(1);
  }

  @Test
  @DisplayName("a submodule below a directory is refused, not left out, unless it is excluded")
  void refusesSubmodules() {
    OperationContext context = OperationContext.create();
    Snapshot plain = snapshot(Map.of("app/a.yaml", DEPLOYMENT));
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, method, arguments) ->
                    method.getName().equals("submodules")
                        ? List.of("app/vendor")
                        : method.invoke(plain, arguments));
    ManifestRenderer.Builder deep =
        ManifestRenderer.builder("app").depth(ManifestConfig.Depth.RECURSIVE);

    assertThatThrownBy(() -> deep.build().render(snapshot, context))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/vendor")
        .hasMessageContaining("submodule");
    assertThat(deep.exclude("vendor/*").build().render(snapshot, context).manifests()).hasSize(1);
    assertThat(ManifestRenderer.path("app").render(snapshot, context).manifests()).hasSize(1);
    ManifestRenderer.Builder others =
        ManifestRenderer.builder("app").depth(ManifestConfig.Depth.RECURSIVE).include("a*.yaml");
    assertThat(others.build().render(snapshot, context).manifests()).as("not reached").hasSize(1);
  }

  @Test
  @DisplayName("a path outside of the repository and a glob that is none are told at once")
  void refusesBadOptions() {
    assertThatThrownBy(() -> ManifestRenderer.builder("../x").include("[").build())
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(2));
  }
}
