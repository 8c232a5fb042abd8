package io.gitops4j.k8s.internal.observe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the annotations of an object ask for, in the words of the tools that people come from: Argo
 * CD, Flux, Helm, kapp and cli-utils. Each is the annotation that says so, empty when none does.
 *
 * @param leave why it is left as it is once it exists
 * @param never why it is not even created
 * @param keep why it stays when it is no longer desired
 * @param keepAtTheEnd why it stays when nothing is desired any more
 */
public record ObjectOptions(String leave, String never, String keep, String keepAtTheEnd) {
  private static final ObjectOptions NONE = new ObjectOptions("", "", "", "");
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

  /** Reads the annotations of an object, desired or live. */
  public static ObjectOptions of(JsonNode object) {
    JsonNode annotations = object.path("metadata").path("annotations");
    if (annotations.isEmpty()) {
      return NONE;
    }
    List<String> argo = List.of(annotations.path(ARGO).asString("").split("\\s*,\\s*"));
    String keep = keep(annotations).or(() -> first(KEEP_ALWAYS, argo)).orElse("");
    ObjectOptions found =
        new ObjectOptions(
            leave(annotations),
            never(annotations),
            keep,
            keep.isEmpty() ? first(KEEP_AT_THE_END, argo).orElse("") : keep);
    return found.equals(NONE) ? NONE : found;
  }

  private static Optional<String> keep(JsonNode annotations) {
    return KEEP.entrySet().stream()
        .filter(k -> annotations.path(k.getKey()).asString("").equalsIgnoreCase(k.getValue()))
        .map(k -> k.getKey() + ": " + k.getValue())
        .sorted()
        .findFirst();
  }

  private static Optional<String> first(List<String> options, List<String> argo) {
    return options.stream().filter(argo::contains).findFirst().map(o -> ARGO + ": " + o);
  }

  private static String leave(JsonNode annotations) {
    String never = never(annotations);
    if (!never.isEmpty()) {
      return never;
    }
    return annotations.path(FLUX + "ssa").asString("").equalsIgnoreCase("IfNotPresent")
        ? FLUX + "ssa: IfNotPresent"
        : "";
  }

  private static String never(JsonNode annotations) {
    if (annotations.path(FLUX + "reconcile").asString("").equalsIgnoreCase("disabled")) {
      return FLUX + "reconcile: disabled";
    }
    return annotations.path(FLUX + "ssa").asString("").equalsIgnoreCase("Ignore")
        ? FLUX + "ssa: Ignore"
        : "";
  }
}
