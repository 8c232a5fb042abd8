package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KustomizationLinksTest {
  private static final Map<String, String> FILES =
      Map.of(
          "real/base/kustomization.yaml", "resources: [../more]\n",
          "real/more/kustomization.yaml", "resources: [b.yaml]\n",
          "real/more/b.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}",
          "app/kustomization.yaml", "resources: [../old/base]\n",
          "other/kustomization.yaml", "resources: [base]\n");

  /** As a repository has them: a directory's old name, and a base that stands elsewhere. */
  private static final Map<String, String> LINKS =
      Map.of("old", "real", "other/base", "real/base", "only/link", "real/base");

  @ParameterizedTest
  @ValueSource(strings = {"app", "old/base", "other", "only/link", "old/more"})
  @DisplayName("links to directories are followed, and what they lead to reads from its own place")
  void followsLinks(String path) {
    Snapshot linked = new Linked(RendererHarness.snapshot(FILES));

    ManifestSet set = ManifestRenderer.path(path).render(linked, OperationContext.create());

    assertThat(set.manifests()).extracting(m -> m.id().name()).containsExactly("b");
  }

  private record Linked(Snapshot plain) implements Snapshot {
    @Override
    public String real(String path) {
      return LINKS.entrySet().stream()
          .filter(l -> (path + "/").startsWith(l.getKey() + "/"))
          .map(l -> l.getValue() + path.substring(l.getKey().length()))
          .findFirst()
          .orElse(path);
    }

    @Override
    public List<SnapshotFile> files(String directory) {
      String real = real(directory);
      return plain.files(real).stream()
          .map(f -> new SnapshotFile(alias(f.path(), real, directory), f.size(), f.digest()))
          .toList();
    }

    private static String alias(String path, String real, String directory) {
      return path.startsWith(real + "/") ? directory + path.substring(real.length()) : path;
    }

    @Override
    public byte[] read(String path) {
      return plain.read(real(path));
    }

    @Override
    public Revision revision() {
      return plain.revision();
    }

    @Override
    public void materialise(String directory, Path into) {
      throw new UnsupportedOperationException("Kustomize gets what it needs");
    }

    @Override
    public void close() {
      plain.close();
    }
  }
}
