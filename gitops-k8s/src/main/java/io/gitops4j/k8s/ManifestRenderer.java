package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.internal.render.DirectoryRendering;
import io.gitops4j.k8s.internal.render.KustomizeRendering;
import io.gitops4j.k8s.internal.render.ManifestReader;
import io.gitops4j.k8s.internal.render.SourceOverrides;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Renders a path of a repository as Argo CD chooses, unless {@link ManifestConfig.Type} says more:
 * with Kustomize where it holds a {@code kustomization.yaml}, {@code kustomization.yml} or {@code
 * Kustomization}, else as a directory of YAML and JSON. Thread-safe.
 */
public final class ManifestRenderer implements Renderer<ManifestSet> {
  private static final Set<String> KUSTOMIZATIONS =
      Set.of("kustomization.yaml", "kustomization.yml", "Kustomization");

  private static final String CHART = "Chart.yaml";

  private final ManifestConfig config;

  private ManifestRenderer(ManifestConfig config) {
    this.config = config;
  }

  /**
   * Renders a path with the defaults.
   *
   * @param path from the root of the repository; {@code .} is the root
   * @return the renderer
   */
  public static ManifestRenderer path(String path) {
    return builder(path).build();
  }

  /**
   * Renders as a configuration says.
   *
   * @param config which path, and how
   * @return the renderer
   */
  public static ManifestRenderer of(ManifestConfig config) {
    return new ManifestRenderer(config);
  }

  /**
   * Says more than the defaults.
   *
   * @param path from the root of the repository; {@code .} is the root
   * @return a builder
   */
  public static Builder builder(String path) {
    return new Builder(path);
  }

  /**
   * Renders nothing, whatever a revision holds: the end of a target. All that it owns goes once its
   * policy allows emptiness ({@link io.gitops4j.reconcile.SyncPolicy.Empty#ALLOW}).
   *
   * @return the renderer
   */
  public static Renderer<ManifestSet> nothing() {
    return new Renderer<>() {
      @Override
      public Class<ManifestSet> desiredType() {
        return ManifestSet.class;
      }

      @Override
      public ManifestSet render(Snapshot snapshot, OperationContext context) {
        return ManifestSet.empty(snapshot.revision());
      }
    };
  }

  /**
   * Reads the objects of a file, by the rules and limits that hold for manifests.
   *
   * @param file its name, for messages
   * @param content YAML or JSON
   * @return the objects, lists taken apart
   * @throws io.gitops4j.error.RenderException that names document and line
   */
  public static List<Manifest> read(String file, byte[] content) {
    return ManifestReader.read(file, content, YamlLimits.standard());
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return ManifestSet.class;
  }

  /**
   * {@inheritDoc}
   *
   * @throws RenderException with code {@code RENDER-YAML}, {@code RENDER-MANIFEST}, {@code
   *     RENDER-DUPLICATE}, {@code RENDER-EMPTY}, {@code RENDER-UNSUPPORTED} or {@code
   *     RENDER-KUSTOMIZE}
   */
  @Override
  public ManifestSet render(Snapshot snapshot, OperationContext context) {
    String path = config.path();
    String prefix = path.isEmpty() ? "" : path + "/";
    Set<String> names =
        snapshot.files(path).stream()
            .map(SnapshotFile::path)
            .filter(p -> p.startsWith(prefix))
            .map(p -> p.substring(prefix.length()))
            .collect(Collectors.toSet());
    ManifestConfig effective = SourceOverrides.apply(config, snapshot, names);
    List<Manifest> manifests =
        isKustomization(effective, names)
            ? new KustomizeRendering(effective).render(snapshot, context)
            : new DirectoryRendering(effective).render(snapshot, context);
    return new ManifestSet(snapshot.revision(), manifests);
  }

  private static boolean isKustomization(ManifestConfig config, Set<String> names) {
    if (config.type() != ManifestConfig.Type.AUTO) {
      return config.type() == ManifestConfig.Type.KUSTOMIZE;
    }
    boolean kustomization =
        names.stream().anyMatch(KUSTOMIZATIONS::contains)
            || !config.kustomize().equals(KustomizeOptions.none());
    // Beside a kustomization a chart counts for nothing, as in Argo CD.
    if (!kustomization && names.contains(CHART)) {
      throw new RenderException(
          "RENDER-UNSUPPORTED",
          Retryability.RETRY_ON_CHANGE,
          config.path().isEmpty() ? CHART : config.path() + "/" + CHART,
          "it is a Helm chart, and charts are not rendered yet",
          "render it with 'helm template' and commit the result",
          null);
    }
    return kustomization;
  }

  /** Says more than the defaults. Not thread-safe. */
  public static final class Builder {
    private final String path;
    private ManifestConfig.Type type = ManifestConfig.Type.AUTO;
    private ManifestConfig.Depth depth = ManifestConfig.Depth.DIRECTORY;
    private String include = "";
    private String exclude = "";
    private KustomizeOptions kustomize = KustomizeOptions.none();
    private List<String> overrides = List.of(".argocd-source.yaml");
    private Optional<Path> binary = Optional.empty();
    private Duration timeout = Duration.ofMinutes(2);
    private YamlLimits limits = YamlLimits.standard();

    private Builder(String path) {
      this.path = Objects.requireNonNull(path, "path");
    }

    /**
     * As what the path is rendered. Default: what it holds decides.
     *
     * @param chosen the type
     * @return this
     */
    public Builder type(ManifestConfig.Type chosen) {
      type = Objects.requireNonNull(chosen, "chosen");
      return this;
    }

    /**
     * How deep a directory is read. Default: the directory itself. When all its manifests lie
     * deeper, nothing is rendered, but {@code RENDER-EMPTY} thrown.
     *
     * @param reach the depth
     * @return this
     */
    public Builder depth(ManifestConfig.Depth reach) {
      depth = Objects.requireNonNull(reach, "reach");
      return this;
    }

    /**
     * Which files of a directory are read, as a glob on the path below it such as {@code
     * {a.yaml,b/*.yaml}}. As in Argo CD a star stands for any characters, slashes too. Default:
     * all.
     *
     * @param glob empty for all
     * @return this
     */
    public Builder include(String glob) {
      include = Objects.requireNonNull(glob, "glob");
      return this;
    }

    /**
     * Which files of a directory are left out; wins over {@link #include}. Default: none.
     *
     * @param glob empty for none
     * @return this
     */
    public Builder exclude(String glob) {
      exclude = Objects.requireNonNull(glob, "glob");
      return this;
    }

    /**
     * What is set in a kustomization before it is rendered. Default: nothing.
     *
     * @param options what is set
     * @return this
     */
    public Builder kustomize(KustomizeOptions options) {
      kustomize = Objects.requireNonNull(options, "options");
      return this;
    }

    /**
     * Which files in the path say more about how it is rendered, where it holds them: {@code
     * directory} and {@code kustomize} as an Argo CD Application writes them. Default: {@code
     * .argocd-source.yaml}.
     *
     * @param names of files, each of which wins over those before it and over this builder
     * @return this
     */
    public Builder overrides(String... names) {
      overrides = List.of(names);
      return this;
    }

    /**
     * The program that renders a kustomization, {@code kustomize} or {@code kubectl}. Default: the
     * first of both that {@code PATH} holds.
     *
     * @param program its file
     * @return this
     */
    public Builder kustomizeBinary(Path program) {
      binary = Optional.of(program);
      return this;
    }

    /**
     * The longest that Kustomize may take. Default: 2 minutes.
     *
     * @param limit positive
     * @return this
     */
    public Builder timeout(Duration limit) {
      timeout = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * How much the files may ask of their reader. Default: {@link YamlLimits#standard()}.
     *
     * @param allowed the limits
     * @return this
     */
    public Builder limits(YamlLimits allowed) {
      limits = Objects.requireNonNull(allowed, "allowed");
      return this;
    }

    /**
     * Checks everything.
     *
     * @return the renderer
     * @throws ConfigurationException that lists all problems
     */
    public ManifestRenderer build() {
      return of(
          new ManifestConfig(
              path, type, depth, include, exclude, kustomize, overrides, binary, timeout, limits));
    }
  }
}
