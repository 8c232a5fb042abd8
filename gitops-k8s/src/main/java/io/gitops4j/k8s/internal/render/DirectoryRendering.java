package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.Stage;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestRenderer.Depth;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A directory of YAML and JSON files. */
public final class DirectoryRendering {
  private static final Pattern MANIFEST = Pattern.compile(".*\\.(ya?ml|json)");

  /** Argo CD's mark of a file that is no manifest. */
  private static final String SKIP = "+argocd:skip-file-rendering";

  private final String path;
  private final Depth depth;
  private final PathMatcher include;
  private final PathMatcher exclude;
  private final YamlLimits limits;

  /** Reads below the path. */
  public DirectoryRendering(
      String path, Depth depth, String include, String exclude, YamlLimits limits) {
    this.path = path;
    this.depth = depth;
    this.include = include.isEmpty() ? p -> true : glob(include);
    this.exclude = exclude.isEmpty() ? p -> false : glob(exclude);
    this.limits = limits;
  }

  /** All manifests of the directory. */
  public List<Manifest> render(Snapshot snapshot, OperationContext context) {
    List<Manifest> manifests = new ArrayList<>();
    for (SnapshotFile file : snapshot.files(path)) {
      context.checkActive(Stage.RENDER);
      String below = path.isEmpty() ? file.path() : file.path().substring(path.length() + 1);
      boolean deep = below.contains("/");
      Path relative = Path.of(below);
      if (MANIFEST.matcher(below).matches()
          && (depth == Depth.RECURSIVE || !deep)
          && include.matches(relative)
          && !exclude.matches(relative)) {
        byte[] content = snapshot.read(file.path());
        if (!new String(content, StandardCharsets.UTF_8).contains(SKIP)) {
          manifests.addAll(ManifestReader.read(file.path(), content, limits));
        }
      }
    }
    return manifests;
  }

  private static PathMatcher glob(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
  }
}
