package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.process.Programs;
import io.gitops4j.k8s.KustomizeOptions;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestConfig;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Kustomizations, rendered by the program that their users have. */
public final class KustomizeRendering {
  private static final Logger LOG = LoggerFactory.getLogger(KustomizeRendering.class);

  /** The files of the repository. */
  private static final String TREE = "tree";

  /** The kustomization of all, beside the tree: inside, one of the repository's could name it. */
  private static final String ALL = "all";

  private final String path;
  private final KustomizeOptions options;
  private final Optional<Path> binary;
  private final Duration timeout;
  private final YamlLimits limits;

  /** Renders the path with the options set in its kustomization. */
  public KustomizeRendering(ManifestConfig config) {
    path = config.path();
    options = config.kustomize();
    binary = config.kustomizeBinary();
    timeout = config.timeout();
    limits = config.limits();
  }

  /** All manifests that Kustomize makes of the path. */
  public List<Manifest> render(Snapshot snapshot, OperationContext context) {
    return render(
        snapshot,
        List.of(path),
        work -> {
          if (!options.equals(KustomizeOptions.none())) {
            edit(work.resolve(TREE));
          }
          return path.isEmpty() ? "." : path;
        },
        context);
  }

  /**
   * All manifests that Kustomize makes of directories below the path: in one run, for to start it
   * takes longer than most of what it does.
   */
  List<Manifest> renderAll(
      Snapshot snapshot, SortedSet<String> directories, OperationContext context) {
    ObjectNode all = KubeHttp.JSON.createObjectNode();
    directories.forEach(
        directory -> all.withArray("resources").add("../" + TREE + "/" + directory));
    return render(
        snapshot,
        List.copyOf(directories),
        work -> {
          Path root = Files.createDirectory(work.resolve(ALL));
          Files.write(
              root.resolve(Kustomization.NAMES.get(0)), KubeHttp.JSON.writeValueAsBytes(all));
          return "../" + ALL;
        },
        context);
  }

  /** Prepares what Kustomize is run on, and says where that is, seen from the tree. */
  private interface Preparation {
    String in(Path work) throws IOException;
  }

  private List<Manifest> render(
      Snapshot snapshot, List<String> directories, Preparation last, OperationContext context) {
    Path work = null;
    try {
      work = Files.createTempDirectory("gitops4j-kustomize");
      Path tree = Files.createDirectory(work.resolve(TREE));
      Kustomization.Closure needed = Kustomization.closure(snapshot, directories, limits);
      for (String file : needed.files()) {
        context.checkActive(Stage.RENDER);
        Path target = target(tree, file);
        Files.createDirectories(target.getParent());
        Files.write(target, snapshot.read(file));
      }
      for (Map.Entry<String, String> link : needed.links().entrySet()) {
        Path place = target(tree, link.getKey());
        Files.createDirectories(place.getParent());
        Files.createSymbolicLink(place, target(tree, link.getValue()));
      }
      String directory = last.in(work);
      byte[] output =
          new KustomizeProcess(command(), work, timeout, limits.maxBytes())
              .run(tree, directory, "kustomization " + (path.isEmpty() ? "." : path), context);
      return ManifestReader.read("output of Kustomize for " + path, output, limits);
    } catch (IOException e) {
      throw new RenderException(
          "RENDER-IO",
          Retryability.RETRY,
          path,
          "the files for Kustomize could not be written: " + e.getMessage(),
          "look at the temporary directory of this machine",
          e);
    } finally {
      if (work != null) {
        delete(work);
      }
    }
  }

  private void edit(Path tree) throws IOException {
    Path directory = tree.resolve(path);
    Path file =
        Kustomization.NAMES.stream()
            .map(directory::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () ->
                    new RenderException(
                        "RENDER-KUSTOMIZE",
                        Retryability.RETRY_ON_CHANGE,
                        path.isEmpty() ? "." : path,
                        "it holds no kustomization that options could be set in",
                        "correct the path, or leave the options out",
                        null));
    String name = tree.relativize(file).toString();
    Files.write(file, KustomizeEdit.apply(name, Files.readAllBytes(file), options, limits));
  }

  private static Path target(Path tree, String file) {
    try {
      return tree.resolve(file);
    } catch (InvalidPathException e) {
      throw new RenderException(
          "RENDER-IO",
          Retryability.RETRY_ON_CHANGE,
          file,
          "Kustomize needs it, and the locale of this process has no such characters in names",
          "run it with a UTF-8 locale such as LC_ALL=C.UTF-8, or name the file in ASCII",
          e);
    }
  }

  private List<String> command() {
    Path program =
        binary
            .or(() -> Programs.onPath("kustomize"))
            .or(() -> Programs.onPath("kubectl"))
            .orElseThrow(
                () ->
                    new RenderException(
                        "RENDER-KUSTOMIZE-MISSING",
                        Retryability.NEVER,
                        path,
                        "it is a kustomization, and PATH holds neither kustomize nor kubectl",
                        "install one of them, or say where it is with kustomizeBinary",
                        null));
    boolean kubectl = program.getFileName().toString().startsWith("kubectl");
    return List.of(program.toString(), kubectl ? "kustomize" : "build");
  }

  private static void delete(Path work) {
    try (Stream<Path> all = Files.walk(work)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // What was rendered, or why not, matters more than a folder that is left behind.
      LOG.warn("could not remove {}", work, e);
    }
  }
}
