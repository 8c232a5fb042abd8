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
 * @param others what becomes of the part of others when it becomes ours
 * @param ignored what becomes of ignored fields when it is written
 * @param awaited whether its kind may come to be served later in the same pass
 */
public record WriteOptions(
    ReplacePolicy replace,
    UpdatePolicy update,
    Others others,
    IgnoredAtWrite ignored,
    boolean awaited) {
  /** What becomes of what others own in an object that becomes ours. */
  public enum Others {
    /** The ownership of the tool that it came from ends. */
    ENDED,
    /** That tool keeps its part in what both own. */
    SHARED,
    /** Nothing that others set is changed. */
    KEPT
  }

  /** How an object is written that comes by itself, and that nobody made. */
  public WriteOptions joining() {
    return new WriteOptions(ReplacePolicy.NEVER, UpdatePolicy.APPLY, Others.KEPT, ignored, awaited);
  }

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
        ObjectOptions.flux(metadata, "ssa", "Merge") ? Others.SHARED : others,
        ignored,
        says(argo, "SkipDryRunOnMissingResource", awaited));
  }

  private static boolean says(List<String> options, String name, boolean otherwise) {
    return options.contains(name + "=true") || otherwise && !options.contains(name + "=false");
  }
}
