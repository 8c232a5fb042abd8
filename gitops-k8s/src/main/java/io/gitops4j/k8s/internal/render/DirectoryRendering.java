package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestConfig;
import io.gitops4j.k8s.ManifestConfig.Depth;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.glob.Glob;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of YAML and JSON files, and of kustomizations below it. */
public final class DirectoryRendering {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryRendering.class);

  private static final Pattern MANIFEST = Pattern.compile(".*\\.(ya?ml|json)");

  /** What every manifest has, and hardly another file. */
  private static final Pattern VERSION = Pattern.compile("(?m)^[\\s{]*\"?apiVersion\"?\\s*:");

  /** Argo CD renders it in a directory; to leave it out in silence would prune what it made. */
  private static final Pattern JSONNET = Pattern.compile(".*\\.jsonnet");

  private final String path;
  private final Depth depth;
  private final Predicate<String> include;
  private final Predicate<String> exclude;

  /** What every path that is included begins with. */
  private final String literal;

  private final List<String> overrides;
  private final YamlLimits limits;
  private final KustomizeRendering kustomize;

  /** Reads below the path. */
  public DirectoryRendering(ManifestConfig config) {
    path = config.path();
    depth = config.depth();
    include = config.include().isEmpty() ? p -> true : Glob.of(config.include())::matches;
    exclude = config.exclude().isEmpty() ? p -> false : Glob.of(config.exclude())::matches;
    literal = config.include().split("[*?\\[{\\\\]", 2)[0];
    overrides = config.overrides();
    limits = config.limits();
    kustomize = new KustomizeRendering(config);
  }

  /** All manifests of the directory. */
  public List<Manifest> render(Snapshot snapshot, OperationContext context) {
    if (depth == Depth.RECURSIVE) {
      snapshot.submodules(path).forEach(this::refuse);
    }
    List<Manifest> manifests = new ArrayList<>();
    List<SnapshotFile> deeper = new ArrayList<>();
    List<RenderException> others = new ArrayList<>();
    List<SnapshotFile> files = snapshot.files(path);
    SortedSet<String> built = kustomizations(files, snapshot, context);
    if (!built.isEmpty()) {
      manifests.addAll(kustomize.renderAll(snapshot, built, context));
    }
    long bytes = 0;
    for (SnapshotFile file : files) {
      context.checkActive(Stage.RENDER);
      String below = below(file.path());
      if (!wanted(below) || NestedKustomizations.holds(built, file.path())) {
        continue;
      }
      if (depth == Depth.DIRECTORY && below.contains("/")) {
        deeper.add(file);
        continue;
      }
      if (JSONNET.matcher(below).matches()) {
        throw new RenderException(
            "RENDER-UNSUPPORTED",
            Retryability.RETRY_ON_CHANGE,
            file.path(),
            "it is Jsonnet, which is not rendered yet",
            "commit what it renders to, or exclude the file",
            null);
      }
      if (MANIFEST.matcher(below).matches()) {
        bytes += file.size();
        if (bytes > limits.maxBytes()) {
          throw new RenderException(
              "RENDER-TOO-LARGE",
              Retryability.RETRY_ON_CHANGE,
              path.isEmpty() ? "the repository" : path,
              "its manifests have more than " + limits.maxBytes() + " bytes together",
              "split it among several targets, or raise the limit",
              null);
        }
        if (NestedKustomizations.isOne(snapshot, file.path(), limits)) {
          throw new RenderException(
              "RENDER-MANIFEST",
              Retryability.RETRY_ON_CHANGE,
              file.path(),
              "it is a kustomization, and what was asked for is to read the path as a directory",
              "let Kustomize render it, with type AUTO (no 'directory' of an Application), or"
                  + " exclude the file",
              null);
        }
        DirectoryFile read = new DirectoryFile(file.path(), snapshot.read(file.path()), limits);
        try {
          manifests.addAll(read.isSkipped() ? List.of() : read.manifests());
        } catch (RenderException e) {
          if (!read.isOther(e)) {
            throw e;
          }
          LOG.debug("left out as no manifest: {}", e.getMessage());
          others.add(e);
        }
      }
    }
    if (manifests.isEmpty()) {
      // Next to manifests it is something else; alone it may be the manifest that was meant.
      if (!others.isEmpty()) {
        throw others.get(0);
      }
      refuseToOverlook(deeper, snapshot, context);
    }
    return manifests;
  }

  private boolean wanted(String below) {
    return include.test(below)
        && !exclude.test(below)
        && !overrides.contains(below)
        && !SourceOverrides.isOne(below);
  }

  /** The directories below that Kustomize builds, the outermost of each. */
  private SortedSet<String> kustomizations(
      List<SnapshotFile> files, Snapshot snapshot, OperationContext context) {
    List<String> found = new ArrayList<>();
    if (depth == Depth.RECURSIVE) {
      for (SnapshotFile file : files) {
        context.checkActive(Stage.RENDER);
        String below = below(file.path());
        if (below.contains("/")
            && wanted(below)
            && NestedKustomizations.isOne(snapshot, file.path(), limits)) {
          found.add(file.path());
        }
      }
    }
    return NestedKustomizations.directories(found);
  }

  /** A target that nothing is desired of looks in sync, whatever lies right below its path. */
  private void refuseToOverlook(
      List<SnapshotFile> deeper, Snapshot snapshot, OperationContext context) {
    for (SnapshotFile file : deeper) {
      context.checkActive(Stage.RENDER);
      if (MANIFEST.matcher(file.path()).matches()
          && file.size() <= limits.maxBytes()
          && isManifest(file.path(), snapshot.read(file.path()))) {
        throw new RenderException(
            "RENDER-EMPTY",
            Retryability.RETRY_ON_CHANGE,
            path.isEmpty() ? "the repository" : path,
            "it holds no manifest itself, and what lies deeper is not read, such as " + file.path(),
            "set depth RECURSIVE (directory.recurse of an Application), give the path of the"
                + " directory that is meant, or exclude what lies deeper",
            null);
      }
    }
  }

  private boolean isManifest(String file, byte[] content) {
    return VERSION.matcher(new String(content, StandardCharsets.UTF_8)).find()
        && !new DirectoryFile(file, content, limits).isSkipped();
  }

  private String below(String file) {
    return path.isEmpty() ? file : file.substring(path.length() + 1);
  }

  /** To leave out what Argo CD renders would be to remove it. */
  private void refuse(String submodule) {
    String below = below(submodule) + "/";
    boolean reached = below.startsWith(literal) || literal.startsWith(below);
    if (reached && !exclude.test(below(submodule)) && !exclude.test(below)) {
      throw new RenderException(
          "RENDER-UNSUPPORTED",
          Retryability.RETRY_ON_CHANGE,
          submodule,
          "it is a submodule, and what that holds is no part of this revision",
          "commit its files in its place, or exclude it",
          null);
    }
  }
}
