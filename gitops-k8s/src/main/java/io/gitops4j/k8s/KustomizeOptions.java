package io.gitops4j.k8s;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is put on top of a kustomization, as an overlay that only adds these: what Argo CD offers in
 * {@code spec.source.kustomize}. Immutable.
 *
 * @param namePrefix before every name
 * @param nameSuffix after every name
 * @param namespace of every object
 * @param images to replace, each {@code name=other:tag}, {@code name:tag} or {@code name@digest}
 * @param commonLabels on every object
 * @param commonAnnotations on every object
 * @param replicas by name of the workload
 */
public record KustomizeOptions(
    Optional<String> namePrefix,
    Optional<String> nameSuffix,
    Optional<String> namespace,
    List<String> images,
    Map<String, String> commonLabels,
    Map<String, String> commonAnnotations,
    Map<String, Integer> replicas) {
  /** Copies the collections. */
  public KustomizeOptions {
    Objects.requireNonNull(namePrefix, "namePrefix");
    Objects.requireNonNull(nameSuffix, "nameSuffix");
    Objects.requireNonNull(namespace, "namespace");
    images = List.copyOf(images);
    commonLabels = Map.copyOf(commonLabels);
    commonAnnotations = Map.copyOf(commonAnnotations);
    replicas = Map.copyOf(replicas);
  }

  /**
   * Nothing on top.
   *
   * @return the empty options
   */
  public static KustomizeOptions none() {
    return new KustomizeOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Map.of(),
        Map.of());
  }
}
