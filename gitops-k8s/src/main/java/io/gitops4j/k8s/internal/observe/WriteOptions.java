package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.IgnoredAtWrite;
import io.gitops4j.k8s.ReplacePolicy;
import io.gitops4j.k8s.UpdatePolicy;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How an object is written: what its own labels and annotations say, in the words of Argo CD and
 * Flux, before what the destination says.
 *
 * @param replace what happens when an immutable field changed
 * @param update how it is changed
 * @param sharing whether the tool that it came from keeps its part in what both own
 * @param ignored what becomes of ignored fields when it is written
 * @param awaited whether its kind may come to be served later in the same pass
 */
public record WriteOptions(
    ReplacePolicy replace,
    UpdatePolicy update,
    boolean sharing,
    IgnoredAtWrite ignored,
    boolean awaited) {
  /** What an object asks for that says less than this. */
  public WriteOptions in(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    if (ObjectOptions.saysNothing(metadata)) {
      return this;
    }
    List<String> argo = ObjectOptions.argo(metadata);
    ReplacePolicy anew =
        argo.contains("Force=true") || ObjectOptions.flux(metadata, "force", "enabled")
            ? ReplacePolicy.IMMUTABLE
            : argo.contains("Force=false") ? ReplacePolicy.NEVER : replace;
    UpdatePolicy changed =
        argo.contains("Replace=true")
            ? UpdatePolicy.OVERWRITE
            : argo.contains("Replace=false") ? UpdatePolicy.APPLY : update;
    return new WriteOptions(
        anew,
        changed,
        sharing || ObjectOptions.flux(metadata, "ssa", "Merge"),
        ignored,
        says(argo, "SkipDryRunOnMissingResource", awaited));
  }

  private static boolean says(List<String> options, String name, boolean otherwise) {
    return options.contains(name + "=true") || otherwise && !options.contains(name + "=false");
  }
}
