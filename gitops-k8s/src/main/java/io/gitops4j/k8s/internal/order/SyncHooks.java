package io.gitops4j.k8s.internal.order;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What objects are to a sync besides being applied: hooks, by the annotations of their dialect. */
public final class SyncHooks {
  /** These run when the target goes, not when it is synced. */
  private static final Set<String> FAREWELLS =
      Set.of("PreDelete", "PostDelete", "pre-delete", "post-delete");

  private SyncHooks() {}

  /**
   * An object of which a sync runs nothing.
   *
   * @return the object itself when it is no hook of a sync; empty when it is nothing else
   */
  public static Optional<ObjectNode> without(ObjectNode object) {
    JsonNode annotations = object.path("metadata").path("annotations");
    // With a hook of Argo CD, those of Helm are not looked at.
    return annotations.has(HookReader.ARGO)
        ? keeping(object, HookReader.ARGO, v -> FAREWELLS.contains(v) || v.equals("Skip"))
        : keeping(
            object,
            HookReader.HELM,
            v ->
                FAREWELLS.contains(v)
                    || v.equals("crd-install")
                    || HookReader.HELM_ELSEWHERE.contains(v));
  }

  private static Optional<ObjectNode> keeping(
      ObjectNode object, String annotation, Predicate<String> kept) {
    List<String> all =
        Arrays.stream(
                object
                    .path("metadata")
                    .path("annotations")
                    .path(annotation)
                    .asString("")
                    .split(","))
            .map(String::strip)
            .filter(v -> !v.isEmpty())
            .toList();
    List<String> left = all.stream().filter(kept).toList();
    if (left.size() == all.size()) {
      return Optional.of(object);
    }
    if (left.stream().noneMatch(FAREWELLS::contains)) {
      return Optional.empty();
    }
    ObjectNode copy = object.deepCopy();
    ((ObjectNode) copy.path("metadata").path("annotations"))
        .put(annotation, String.join(",", left));
    return Optional.of(copy);
  }
}
