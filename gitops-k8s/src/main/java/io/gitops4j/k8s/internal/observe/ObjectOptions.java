package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.KubeHttp;
import java.util.List;
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

  /** Who owns the fields of what was restored, in our place, until the target owns it again. */
  public static String restorer(String manager) {
    return manager + "-restored";
  }

  private static final ObjectOptions NONE =
      new ObjectOptions("", "", PruneOptions.of(KubeHttp.JSON.missingNode()), "");
  private static final String ARGO = "argocd.argoproj.io/sync-options";
  private static final String FLUX = "kustomize.toolkit.fluxcd.io/";

  /** Reads the annotations of an object, desired or live. */
  public static ObjectOptions of(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    if (saysNothing(metadata)) {
      return NONE;
    }
    ObjectOptions found =
        new ObjectOptions(
            leave(metadata),
            never(metadata),
            PruneOptions.of(object),
            metadata.path("annotations").path(RESTORED).asString(""));
    return found.equals(NONE) ? NONE : found;
  }

  /** Whether it carries nothing that could ask for anything, as nearly all of ten thousand do. */
  static boolean saysNothing(JsonNode metadata) {
    if (!metadata.path("annotations").isEmpty()) {
      return false;
    }
    for (String label : metadata.path("labels").propertyNames()) {
      if (label.startsWith(FLUX)) {
        return false;
      }
    }
    return true;
  }

  /** The options of an object in Argo CD's form. */
  static List<String> argo(JsonNode metadata) {
    String options = metadata.path("annotations").path(ARGO).asString("");
    return options.isEmpty() ? List.of() : List.of(options.strip().split("\\s*,\\s*"));
  }

  /** Whether a mark of Flux has a value. */
  static boolean flux(JsonNode metadata, String name, String value) {
    return marked(metadata, FLUX + name, value);
  }

  /** Flux takes its marks as annotation or label; the others have annotations only. */
  static boolean marked(JsonNode metadata, String key, String value) {
    return metadata.path("annotations").path(key).asString("").equalsIgnoreCase(value)
        || key.startsWith(FLUX)
            && metadata.path("labels").path(key).asString("").equalsIgnoreCase(value);
  }

  private static String leave(JsonNode metadata) {
    String never = never(metadata);
    if (!never.isEmpty()) {
      return never;
    }
    return flux(metadata, "ssa", "IfNotPresent") ? FLUX + "ssa: IfNotPresent" : "";
  }

  private static String never(JsonNode metadata) {
    if (flux(metadata, "reconcile", "disabled")) {
      return FLUX + "reconcile: disabled";
    }
    return flux(metadata, "ssa", "Ignore") ? FLUX + "ssa: Ignore" : "";
  }
}
