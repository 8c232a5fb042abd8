package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import java.util.List;

/**
 * How much a file may ask of its reader. What is over a limit is refused with file and line.
 * Immutable.
 *
 * @param maxBytes of one file, of all files of a directory together, and of what a tool such as
 *     Kustomize writes
 * @param maxDepth of nested collections
 * @param maxNodes of one file once its aliases are followed, which is what an alias bomb multiplies
 */
public record YamlLimits(long maxBytes, int maxDepth, int maxNodes) {
  /**
   * Checks the limits.
   *
   * @throws ConfigurationException when one is not positive
   */
  public YamlLimits {
    if (maxBytes < 1 || maxDepth < 1 || maxNodes < 1) {
      throw new ConfigurationException("limits of YAML", List.of("each must be positive"));
    }
  }

  /**
   * 32 MiB, 100 levels, 5 million nodes: more than any manifest that an API server would take.
   *
   * @return the limits that hold where none are given
   */
  public static YamlLimits standard() {
    return new YamlLimits(32L * 1024 * 1024, 100, 5_000_000);
  }
}
