package io.gitops4j.k8s;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is set in a kustomization before it is rendered, as {@code kustomize edit} and Argo CD do:
 * what {@code spec.source.kustomize} offers. Immutable.
 *
 * @param namePrefix before every name, in place of the kustomization's own
 * @param nameSuffix after every name, in place of the kustomization's own
 * @param namespace of every object, in place of the kustomization's own
 * @param images to replace, each {@code [name=]other[:tag][@digest]}, in place of the
 *     kustomization's own of the same name; a star keeps what that says
 * @param commonLabels added to the kustomization's own; one that it has already is an error
 * @param commonAnnotations added likewise
 * @param replicas by name of the workload, in place of the kustomization's own of the same name
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
   * Nothing to set.
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
