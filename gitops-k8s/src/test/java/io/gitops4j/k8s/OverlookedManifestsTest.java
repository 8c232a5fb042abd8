package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.RenderException;
import io.gitops4j.k8s.ManifestConfig.Depth;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A directory that looks empty, because what it holds lies deeper than is read. */
class OverlookedManifestsTest {
  private static final Map<String, String> DEEPER =
      Map.of(
          "app/README.md",
          "read me",
          "app/web/a.yaml",
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
          "app/web/b.txt",
          "no manifest");

  @Test
  @DisplayName("a folder whose manifests all lie deeper than is read is refused, not empty")
  void refusesToOverlookManifests() {
    assertThatThrownBy(() -> render(ManifestRenderer.builder("app"), DEEPER))
        .isInstanceOfSatisfying(
            RenderException.class, e -> assertThat(e.code()).isEqualTo("RENDER-EMPTY"))
        .hasMessageContaining("app/web/a.yaml")
        .hasMessageContaining("depth RECURSIVE");
  }

  @Test
  @DisplayName("what is read or left out on purpose, and what is no manifest, is not overlooked")
  void overlooksNothing() {
    ManifestRenderer.Builder deep = ManifestRenderer.builder("app").depth(Depth.RECURSIVE);

    assertThat(render(deep, DEEPER)).hasSize(1);
    assertThat(render(ManifestRenderer.builder("app").exclude("web/*"), DEEPER)).isEmpty();
    assertThat(
            render(
                ManifestRenderer.builder("app"), Map.of("app/web/b.json", "{}", "app/README", "")))
        .as("somebody begins with an empty folder")
        .isEmpty();
  }

  private static List<Manifest> render(
      ManifestRenderer.Builder builder, Map<String, String> files) {
    try (Snapshot snapshot = InMemorySource.holding(files).snapshot()) {
      return builder.build().render(snapshot, OperationContext.create()).manifests();
    }
  }
}
