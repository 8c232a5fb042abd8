package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a repository that a kustomization needs: what it, or a kustomization that it leads
 * to, names for Kustomize to read, and the repository has.
 */
final class Kustomization {
  /** What the apiVersion of all of Kustomize's own objects begins with: no server serves them. */
  static final String GROUP = "kustomize.config.k8s.io/";

  static final List<String> NAMES =
      List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

  /** In bytes, of a path that a system has; longer texts are patches. */
  private static final int LONGEST = 4096;

  /** What Kustomize reads from another host in place of a file: Go ignores the case of a scheme. */
  private static final Pattern DOWNLOADED = Pattern.compile("(?i)https?:.*", Pattern.DOTALL);

  /** What Kustomize clones: an address, a user at a host, a host that it knows. */
  private static final Pattern CLONED =
      Pattern.compile(
          "(?i).*://.*|git::.*|[^/]*@[^/]*[:/].*|(www\\.)?github\\.com[:/].*|.*[?&]ref=.*",
          Pattern.DOTALL);

  /** What is a host only when the repository has no directory of that name. */
  private static final Pattern HOST = Pattern.compile("[^/]+\\.(com|org|net|io|dev)/.*");

  private final Snapshot snapshot;
  private final YamlLimits limits;
  private final Set<String> files = new HashSet<>();
  private final Set<String> directories = new HashSet<>();
  private final Set<String> needed = new TreeSet<>();
  private final Map<String, String> links = new TreeMap<>();

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

  /**
   * What rendering directories needs.
   *
   * @param files the paths of all files
   * @param links the directories that stand elsewhere, each with the path that it leads to:
   *     Kustomize goes on from there
   */
  record Closure(Set<String> files, Map<String, String> links) {}

  /** All that rendering the directories needs. */
  static Closure closure(Snapshot snapshot, List<String> directories, YamlLimits limits) {
    Kustomization closure = new Kustomization(snapshot, limits);
    closure.collect(directories);
    return new Closure(closure.needed, closure.links);
  }

  /**
   * A directory to look through.
   *
   * @param reader the directory of the kustomization that takes its objects for plugins; null where
   *     they are just objects
   */
  private record Place(String directory, @Nullable String reader) {}

  private void collect(List<String> starts) {
    Deque<Place> waiting = new ArrayDeque<>();
    starts.forEach(start -> waiting.add(new Place(real(start), null)));
    Set<Place> seen = new HashSet<>();
    while (!waiting.isEmpty()) {
      Place place = waiting.poll();
      if (!seen.add(place)) {
        continue;
      }
      String directory = place.directory();
      Optional<String> file =
          NAMES.stream().map(n -> join(directory, n)).filter(files::contains).findFirst();
      if (file.isEmpty()) {
        String prefix = directory.isEmpty() ? "" : directory + "/";
        files.stream().filter(f -> f.startsWith(prefix)).forEach(needed::add);
        continue;
      }
      needed.add(file.get());
      for (YamlDocument document : read(file.get())) {
        follow(KustomizationFields.of(document.value(), limits), file.get(), place, waiting);
      }
    }
  }

  private List<YamlDocument> read(String file) {
    return YamlReader.read(file, snapshot.read(file), limits);
  }

  private void follow(KustomizationFields named, String file, Place place, Deque<Place> waiting) {
    if (named.inflatesCharts()) {
      throw charts(file);
    }
    if (!named.unreadable().isEmpty()) {
      throw refuse(
          file,
          "a generator, transformer or validator that it holds itself cannot be read: "
              + named.unreadable().get(0),
          "correct its YAML, or put it into a file and name that");
    }
    for (String name : named.places()) {
      visit(name, file, place, place.reader(), waiting);
    }
    for (String name : named.plugins()) {
      visit(name, file, place, place.directory(), waiting);
    }
    take(named.files(), file, place.directory());
  }

  private void visit(
      String name, String file, Place from, @Nullable String reader, Deque<Place> waiting) {
    String path = resolve(from.directory(), name);
    boolean here = path != null && (files.contains(path) || directories.contains(path));
    if (CLONED.matcher(name).matches() || !here && HOST.matcher(name).matches()) {
      throw outside(file, "'" + name + "'");
    }
    // Kustomize keeps files below what names them, and bases nowhere: it would build what this
    // machine has.
    if (inside(from.directory(), name) == null) {
      throw outside(file, "'" + name + "'");
    }
    if (path != null && files.contains(path)) {
      needed.add(path);
      if (reader != null) {
        plugins(path, reader);
      }
    } else if (here && !name.isEmpty()) {
      waiting.add(new Place(path, reader));
    }
  }

  /** What a plugin names is read by the kustomization that uses it, from its own directory. */
  private void plugins(String file, String reader) {
    List<String> named = new ArrayList<>();
    for (YamlDocument document : read(file)) {
      if (KustomizationFields.inflates(document.value())) {
        throw charts(file);
      }
      KustomizationFields.ofPlugin(document.value(), named);
    }
    take(named, file, reader);
  }

  private void take(List<String> names, String file, String directory) {
    for (String name : names) {
      if (DOWNLOADED.matcher(name).matches()) {
        throw outside(file, "the file '" + name + "'");
      }
      String path = resolve(directory, name);
      if (path != null && files.contains(path)) {
        needed.add(path);
      }
    }
  }

  private static RenderException charts(String file) {
    return refuse(
        file,
        "it inflates Helm charts, which is not done",
        "commit what 'helm template' gives in place of the chart");
  }

  /** What another repository holds is not pinned by this one's revision. */
  private static RenderException outside(String file, String what) {
    return refuse(
        file,
        "it names " + what + ", which lies outside of the repository",
        "copy what it holds into the repository");
  }

  private static RenderException refuse(String file, String why, String next) {
    return new RenderException(
        "RENDER-KUSTOMIZE", Retryability.RETRY_ON_CHANGE, file, why, next, null);
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** The path without the links in it, which are kept; one that leads nowhere as it is. */
  private String real(String path) {
    for (int end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      String part = end < 0 ? path : path.substring(0, end);
      // Only what is named is asked for: a repository may hold more links than anybody follows.
      if (!directories.contains(part)) {
        String to = links.containsKey(part) ? links.get(part) : leadsTo(part);
        if (to.isEmpty()) {
          return path; // Kustomize says what is wrong
        }
        if (!to.equals(part) && directories.contains(to)) {
          links.put(part, to);
          return real(end < 0 ? to : join(to, path.substring(end + 1)));
        }
      }
      if (end < 0) {
        return path;
      }
    }
  }

  /** Empty where that is nowhere, or the root: with a link to it a repository would hold itself. */
  private String leadsTo(String path) {
    try {
      return snapshot.real(path);
    } catch (SourceException e) {
      if (e.retryability() != Retryability.RETRY_ON_CHANGE) {
        throw e;
      }
      return ""; // it is not there, or no path at all
    }
  }

  /** The path from the root, null when it is none or leaves the repository. */
  private @Nullable String resolve(String directory, String name) {
    String path =
        name.indexOf('\n') >= 0 || name.length() > LONGEST ? null : inside(directory, name);
    return path == null ? null : real(path);
  }

  private static @Nullable String inside(String directory, String name) {
    if (name.startsWith("/")) {
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
