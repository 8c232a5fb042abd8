package io.gitops4j.k8s.internal.render;

import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.source.Snapshot;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The kustomizations in a directory of manifests. Flux builds those below the directory that it
 * reads, and reads no file of theirs itself (fluxcd/pkg, {@code kustomize_generator.go}); to Argo
 * CD those with an extension are objects that no server knows.
 */
final class NestedKustomizations {
  private NestedKustomizations() {}

  /** The outermost directories of those that hold one of the files, in order. */
  static SortedSet<String> directories(List<String> files) {
    SortedSet<String> outermost = new TreeSet<>();
    SortedSet<String> all = new TreeSet<>();
    files.forEach(file -> all.add(file.substring(0, file.lastIndexOf('/'))));
    // A directory comes before what lies in it.
    for (String directory : all) {
      if (!holds(outermost, directory)) {
        outermost.add(directory);
      }
    }
    return outermost;
  }

  /** Whether the file or directory lies in one of the directories. */
  static boolean holds(SortedSet<String> directories, String file) {
    for (int at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      if (directories.contains(file.substring(0, at))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a file is one: by its name, and by what it says, as other kinds may be called so, and
   * as one that says nothing, or that it is to be left out, leaves its siblings to be read.
   */
  static boolean isOne(Snapshot snapshot, String file, YamlLimits limits) {
    if (!Kustomization.NAMES.contains(file.substring(file.lastIndexOf('/') + 1))) {
      return false;
    }
    byte[] content = snapshot.read(file);
    if (new DirectoryFile(file, content, limits).isSkipped()) {
      return false;
    }
    List<YamlDocument> documents = YamlReader.read(file, content, limits);
    return !documents.isEmpty()
        && documents.stream()
            .allMatch(
                d ->
                    d.value()
                        .path("apiVersion")
                        .asString(Kustomization.GROUP)
                        .startsWith(Kustomization.GROUP));
  }
}
