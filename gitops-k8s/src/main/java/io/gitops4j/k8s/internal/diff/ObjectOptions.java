package io.gitops4j.k8s.internal.diff;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the annotations of an object ask for, in the words of the tools that people come from: Argo
 * CD, Flux, Helm, kapp and cli-utils.
 */
final class ObjectOptions {
  private static final String ARGO = "argocd.argoproj.io/sync-options";
  private static final String FLUX = "kustomize.toolkit.fluxcd.io/";
  private static final Map<String, String> KEEP =
      Map.of(
          FLUX + "prune",
          "disabled",
          FLUX + "reconcile",
          "disabled",
          FLUX + "ssa",
          "Ignore",
          "helm.sh/resource-policy",
          "keep",
          "kapp.k14s.io/delete-strategy",
          "orphan",
          "client.lifecycle.config.k8s.io/deletion",
          "detach",
          "cli-utils.sigs.k8s.io/on-remove",
          "keep");
  private static final List<String> KEEP_ALWAYS = List.of("Prune=false", "Prune=confirm");
  private static final List<String> KEEP_AT_THE_END = List.of("Delete=false", "Delete=confirm");

  private ObjectOptions() {}

  /**
   * Why an object that is no longer desired stays, by its live annotations.
   *
   * @param end whether nothing is desired any more
   */
  static Optional<String> keep(JsonNode live, boolean end) {
    JsonNode annotations = annotations(live);
    for (Map.Entry<String, String> keep : KEEP.entrySet()) {
      if (annotations.path(keep.getKey()).asString("").equalsIgnoreCase(keep.getValue())) {
        return Optional.of(keep.getKey() + ": " + keep.getValue());
      }
    }
    List<String> argo = argo(live);
    return KEEP_ALWAYS.stream()
        .filter(argo::contains)
        .findFirst()
        .or(() -> KEEP_AT_THE_END.stream().filter(o -> end && argo.contains(o)).findFirst())
        .map(o -> ARGO + ": " + o);
  }

  /** Why an object that exists is left as it is. */
  static Optional<String> leave(JsonNode desired, JsonNode live) {
    for (JsonNode object : List.of(desired, live)) {
      JsonNode annotations = annotations(object);
      if (annotations.path(FLUX + "reconcile").asString("").equalsIgnoreCase("disabled")) {
        return Optional.of(FLUX + "reconcile: disabled");
      }
      String apply = annotations.path(FLUX + "ssa").asString("");
      if (apply.equalsIgnoreCase("Ignore") || apply.equalsIgnoreCase("IfNotPresent")) {
        return Optional.of(FLUX + "ssa: " + apply);
      }
    }
    return Optional.empty();
  }

  /** Why an object is not even created. */
  static Optional<String> never(JsonNode desired) {
    JsonNode annotations = annotations(desired);
    if (annotations.path(FLUX + "reconcile").asString("").equalsIgnoreCase("disabled")) {
      return Optional.of(FLUX + "reconcile: disabled");
    }
    return annotations.path(FLUX + "ssa").asString("").equalsIgnoreCase("Ignore")
        ? Optional.of(FLUX + "ssa: Ignore")
        : Optional.empty();
  }

  private static List<String> argo(JsonNode object) {
    return List.of(annotations(object).path(ARGO).asString("").split("\\s*,\\s*"));
  }

  private static JsonNode annotations(JsonNode object) {
    return object.path("metadata").path("annotations");
  }
}
