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
 * @param depth how deep a directory is read
 * @param include which of its files are read, as a glob on the path below it where a star stands
 *     for any characters, slashes too; empty for all
 * @param exclude which of its files are left out, as such a glob; empty for none
 * @param kustomize what is set in a kustomization
 * @param kustomizeBinary the program that renders a kustomization; empty to look on {@code PATH}
 * @param timeout the longest that it may take, positive
 * @param limits how much the files may ask of their reader
 */
public record ManifestConfig(
    String path,
    Depth depth,
    String include,
    String exclude,
    KustomizeOptions kustomize,
    Optional<Path> kustomizeBinary,
    Duration timeout,
    YamlLimits limits) {
  /** How deep a directory is read. */
  public enum Depth {
    /** The directory itself. */
    DIRECTORY,
    /** Everything below it. */
    RECURSIVE
  }

  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public ManifestConfig {
    Objects.requireNonNull(depth, "depth");
    Objects.requireNonNull(kustomize, "kustomize");
    Objects.requireNonNull(kustomizeBinary, "kustomizeBinary");
    Objects.requireNonNull(limits, "limits");
    List<String> problems = new ArrayList<>();
    String plain = path.replaceAll("^(\\./)+", "").replaceAll("/+$", "");
    if (path.startsWith("/") || List.of(plain.split("/")).contains("..")) {
      problems.add("path '" + path + "' must be relative and stay inside the repository");
    }
    path = plain.equals(".") ? "" : plain;
    checkGlob("include", include, problems);
    checkGlob("exclude", exclude, problems);
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
