package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.KubeHttp;
import tools.jackson.databind.JsonNode;

/**
 * What the annotations of an object ask for, in the words of the tools that people come from: Argo
 * CD, Flux, Helm, kapp and cli-utils. Each text is the annotation that says so, empty when none
 * does.
 *
 * @param leave why it is left as it is once it exists
 * @param never why it is not even created
 * @param prune what happens when it is no longer desired
 * @param restored the hash of the target that it was restored for, empty when it was not
 */
public record ObjectOptions(String leave, String never, PruneOptions prune, String restored) {
  /** On what was restored: the target may own it again without asking for adoption. */
  public static final String RESTORED = "gitops4j.io/restored-for";

  private static final ObjectOptions NONE =
      new ObjectOptions("", "", PruneOptions.of(KubeHttp.JSON.missingNode()), "");
  private static final String FLUX = "kustomize.toolkit.fluxcd.io/";

  /** Reads the annotations of an object, desired or live. */
  public static ObjectOptions of(JsonNode object) {
    JsonNode annotations = object.path("metadata").path("annotations");
    if (annotations.isEmpty()) {
      return NONE;
    }
    ObjectOptions found =
        new ObjectOptions(
            leave(annotations),
            never(annotations),
            PruneOptions.of(object),
            annotations.path(RESTORED).asString(""));
    return found.equals(NONE) ? NONE : found;
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
