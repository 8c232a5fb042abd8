package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlDocument;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The files of a repository that a kustomization needs: whatever it, or a kustomization that it
 * leads to, names and the repository has.
 */
final class Kustomization {
  static final List<String> NAMES =
      List.of("kustomization.yaml", "kustomization.yml", "Kustomization");
  private static final List<String> RESOURCES = List.of("resources", "bases", "components");
  private static final List<String> FILES =
      List.of(
          "patchesStrategicMerge",
          "transformers",
          "generators",
          "validators",
          "configurations",
          "crds");
  private static final List<String> WITH_PATH =
      List.of("patches", "patchesJson6902", "replacements");
  private static final List<String> GENERATED = List.of("configMapGenerator", "secretGenerator");

  private final Snapshot snapshot;
  private final YamlLimits limits;
  private final Set<String> files = new HashSet<>();
  private final Set<String> directories = new HashSet<>();
  private final Set<String> needed = new TreeSet<>();

  private Kustomization(Snapshot snapshot, YamlLimits limits) {
    this.snapshot = snapshot;
    this.limits = limits;
    for (SnapshotFile file : snapshot.files("")) {
      files.add(file.path());
      for (int at = file.path().lastIndexOf('/'); at > 0; ) {
        String parent = file.path().substring(0, at);
        if (!directories.add(parent)) {
          break;
        }
        at = parent.lastIndexOf('/');
      }
    }
    directories.add("");
  }

  /** The paths of all files that rendering the directory needs. */
  static Set<String> closure(Snapshot snapshot, String directory, YamlLimits limits) {
    Kustomization closure = new Kustomization(snapshot, limits);
    closure.collect(directory);
    return closure.needed;
  }

  private void collect(String start) {
    Deque<String> waiting = new ArrayDeque<>(List.of(start));
    Set<String> seen = new HashSet<>();
    while (!waiting.isEmpty()) {
      String directory = waiting.poll();
      if (!seen.add(directory)) {
        continue;
      }
      Optional<String> file =
          NAMES.stream().map(n -> join(directory, n)).filter(files::contains).findFirst();
      if (file.isEmpty()) {
        String prefix = directory.isEmpty() ? "" : directory + "/";
        files.stream().filter(f -> f.startsWith(prefix)).forEach(needed::add);
        continue;
      }
      needed.add(file.get());
      for (YamlDocument document : YamlReader.read(file.get(), snapshot.read(file.get()), limits)) {
        refuseRemote(document.value(), directory, file.get());
        follow(document.value(), directory, waiting);
      }
    }
  }

  private void follow(JsonNode value, String directory, Deque<String> waiting) {
    if (value.isContainer()) {
      value.forEach(child -> follow(child, directory, waiting));
      return;
    }
    String text = value.isString() ? value.asString() : "";
    // A generator writes key=path.
    for (String name : List.of(text, text.substring(text.indexOf('=') + 1))) {
      String path = name.length() > 4096 ? null : resolve(directory, name);
      if (path != null && files.contains(path)) {
        needed.add(path);
      } else if (path != null && !name.isEmpty() && directories.contains(path)) {
        waiting.add(path);
      }
    }
  }

  /** What another repository holds is not pinned by this one's revision. */
  private void refuseRemote(JsonNode kustomization, String directory, String file) {
    for (String list : RESOURCES) {
      for (JsonNode entry : kustomization.path(list)) {
        String name = entry.asString("");
        String path = resolve(directory, name);
        boolean here = path != null && (files.contains(path) || directories.contains(path));
        boolean remote =
            name.contains("://")
                || name.startsWith("git@")
                || name.contains("?ref=")
                || name.matches("[^/]+\\.(com|org|net|io|dev)/.*");
        if (!here && remote) {
          throw refuse(
              file,
              list + " names '" + name + "', which lies outside of the repository",
              "copy what it holds into the repository");
        }
      }
    }
    for (String name : namedFiles(kustomization)) {
      // Kustomize downloads whatever begins like this, in place of a file.
      if (name.startsWith("http://") || name.startsWith("https://")) {
        throw refuse(
            file,
            "it names the file '" + name + "', which lies outside of the repository",
            "copy what it holds into the repository");
      }
    }
    if (kustomization.has("helmCharts") || kustomization.has("helmChartInflationGenerator")) {
      throw refuse(
          file,
          "it inflates Helm charts, which is not done",
          "render the chart into the repository");
    }
  }

  /** Everything that Kustomize takes for the path of a file. */
  private static List<String> namedFiles(JsonNode kustomization) {
    List<String> names = new ArrayList<>();
    for (String list : FILES) {
      kustomization.path(list).forEach(f -> names.add(f.asString("")));
    }
    for (String list : WITH_PATH) {
      kustomization.path(list).forEach(p -> names.add(p.path("path").asString("")));
    }
    names.add(kustomization.path("openapi").path("path").asString(""));
    for (String list : GENERATED) {
      for (JsonNode generator : kustomization.path(list)) {
        names.add(generator.path("env").asString(""));
        generator.path("envs").forEach(f -> names.add(f.asString("")));
        for (JsonNode keyed : generator.path("files")) {
          String name = keyed.asString("");
          names.add(name.substring(name.indexOf('=') + 1));
        }
      }
    }
    return names;
  }

  private static RenderException refuse(String file, String why, String next) {
    return new RenderException(
        "RENDER-KUSTOMIZE", Retryability.RETRY_ON_CHANGE, file, why, next, null);
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** The path from the root, null when it leaves the repository. */
  private static @Nullable String resolve(String directory, String name) {
    if (name.startsWith("/") || name.indexOf('\n') >= 0) {
      return null;
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : join(directory, name).split("/")) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          return null;
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }
}
