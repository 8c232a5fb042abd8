package io.gitops4j.k8s;

import java.util.Map;

/**
 * What the namespace carries that {@link KubernetesConfigBuilder#createNamespace} makes. It is
 * applied under a field manager of its own to a namespace that exists too, and kept so; the
 * namespace is still nobody's. Immutable.
 *
 * @param labels of the namespace
 * @param annotations of the namespace
 */
public record NamespaceMetadata(Map<String, String> labels, Map<String, String> annotations) {
  /** Copies the maps. */
  public NamespaceMetadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /**
   * Whether it says nothing.
   *
   * @return true without labels and annotations
   */
  public boolean isEmpty() {
    return labels.isEmpty() && annotations.isEmpty();
  }
}
