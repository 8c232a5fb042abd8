package io.gitops4j.k8s.internal.diff;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.internal.client.ApiResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * The kinds of what is desired that nobody serves nor defines. Each is told once: a fleet that was
 * written for an older version has a hundred objects of three kinds. Not thread-safe.
 */
final class UnknownKinds {
  private final Map<String, List<Manifest>> byKind = new LinkedHashMap<>();

  void add(Manifest manifest) {
    byKind
        .computeIfAbsent(
            manifest.apiVersion() + " " + manifest.id().kind(), kind -> new ArrayList<>())
        .add(manifest);
  }

  boolean isEmpty() {
    return byKind.isEmpty();
  }

  /**
   * What to say of them.
   *
   * @param served how the server serves a group and kind, in any version
   */
  DiffException refused(String target, BiFunction<String, String, Optional<ApiResource>> served) {
    String kinds =
        byKind.entrySet().stream()
            .map(e -> e.getKey() + told(e.getValue(), served))
            .collect(Collectors.joining(", no "));
    return new DiffException(
        "K8S-KIND-UNKNOWN",
        Retryability.RETRY_ON_CHANGE,
        target,
        "the server serves no " + kinds,
        "correct apiVersion and kind, or add the CustomResourceDefinition to the same path",
        null);
  }

  private static String told(
      List<Manifest> manifests, BiFunction<String, String, Optional<ApiResource>> served) {
    Manifest first = manifests.get(0);
    String more = manifests.size() == 1 ? "" : " and " + (manifests.size() - 1) + " more";
    return " ("
        + first.origin()
        + more
        + ")"
        + served
            .apply(first.id().group(), first.id().kind())
            .map(other -> " but " + other.version())
            .orElse("");
  }
}
