package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.internal.glob.Glob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which path is rendered, and how; {@link ManifestRenderer#builder} has the defaults. Immutable.
 *
 * @param path from the root of the repository, without a slash at its ends; empty is the root
 * @param type as what it is rendered
 * @param depth how deep a directory is read
 * @param include which of its files are read, as a glob on the path below it where a star stands
 *     for any characters, slashes too; empty for all
 * @param exclude which of its files are left out, as such a glob; empty for none
 * @param kustomize what is set in a kustomization
 * @param overrides names of files in the path that say more about its type, depth, include, exclude
 *     and kustomize, each as a merge patch of Argo CD's {@code spec.source}; in this order
 * @param kustomizeBinary the program that renders a kustomization; empty to look on {@code PATH}
 * @param timeout the longest that it may take, positive
 * @param limits how much the files may ask of their reader
 */
public record ManifestConfig(
    String path,
    Type type,
    Depth depth,
    String include,
    String exclude,
    KustomizeOptions kustomize,
    List<String> overrides,
    Optional<Path> kustomizeBinary,
    Duration timeout,
    YamlLimits limits) {
  /** As what a path is rendered. */
  public enum Type {
    /**
     * As a kustomization where it holds one, else as a directory. Options for Kustomize need a
     * kustomization.
     */
    AUTO,
    /** As a directory, also where it holds a kustomization. */
    DIRECTORY,
    /** As a kustomization, which it must hold. */
    KUSTOMIZE
  }

  /** How deep a directory is read. */
  public enum Depth {
    /** The directory itself. */
    DIRECTORY,
    /** Everything below it. What lies in a kustomization there is built by Kustomize. */
    RECURSIVE
  }

  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public ManifestConfig {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(depth, "depth");
    Objects.requireNonNull(kustomize, "kustomize");
    overrides = List.copyOf(overrides);
    // The program works in a folder of its own, where a relative path leads elsewhere; a name alone
    // is looked for on PATH.
    kustomizeBinary = kustomizeBinary.map(p -> p.getNameCount() == 1 ? p : p.toAbsolutePath());
    Objects.requireNonNull(limits, "limits");
    List<String> problems = new ArrayList<>();
    String plain = path.replaceAll("^(\\./)+", "").replaceAll("/+$", "");
    if (path.startsWith("/") || List.of(plain.split("/")).contains("..")) {
      problems.add("path '" + path + "' must be relative and stay inside the repository");
    }
    path = plain.equals(".") ? "" : plain;
    checkGlob("include", include, problems);
    checkGlob("exclude", exclude, problems);
    if (type == Type.DIRECTORY && !kustomize.equals(KustomizeOptions.none())) {
      problems.add("kustomize has no effect on a path that is rendered as a directory");
    }
    if (type == Type.KUSTOMIZE
        && (depth != Depth.DIRECTORY || !include.isEmpty() || !exclude.isEmpty())) {
      problems.add("depth, include and exclude have no effect on a kustomization");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      problems.add("timeout must be positive, not " + timeout);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("manifest renderer", problems);
    }
  }

  private static void checkGlob(String name, String glob, List<String> problems) {
    try {
      Glob.of(glob);
    } catch (IllegalArgumentException e) {
      problems.add(name + ": " + e.getMessage());
    }
  }
}
