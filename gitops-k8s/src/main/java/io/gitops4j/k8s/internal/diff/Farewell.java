package io.gitops4j.k8s.internal.diff;

import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.json.ApiVersion;
import io.gitops4j.k8s.internal.order.Phase;
import io.gitops4j.k8s.internal.order.SyncRecord;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The hooks for the end of a target: Git does not have them any more when they are to run. */
public final class Farewell {
  private Farewell() {}

  /** What of a desired state has to be remembered for the end. */
  public static List<ObjectNode> of(Collection<Prepared> desired) {
    return desired.stream()
        .filter(
            p ->
                p.placement().hook().stream()
                    .flatMap(h -> h.points().stream())
                    .anyMatch(
                        at -> at.phase() == Phase.PRE_DELETE || at.phase() == Phase.POST_DELETE))
        .map(Prepared::source)
        .toList();
  }

  /** All that a sync is about: what is desired, or at the end what was remembered for it. */
  public static SortedMap<ResourceId, Prepared> prepare(
      Preparation preparation,
      ManifestSet desired,
      SyncRecord record,
      TargetId target,
      OperationContext context) {
    return preparation.prepare(
        desired.isEmpty() && !record.farewell().isEmpty() ? remembered(desired, record) : desired,
        target,
        context);
  }

  private static ManifestSet remembered(ManifestSet desired, SyncRecord record) {
    List<Manifest> manifests = new ArrayList<>();
    for (ObjectNode object : record.farewell()) {
      JsonNode metadata = object.path("metadata");
      String apiVersion = object.path("apiVersion").asString("");
      manifests.add(
          new Manifest(
              new ResourceId(
                  ApiVersion.group(apiVersion),
                  object.path("kind").asString(""),
                  metadata.path("namespace").asString(""),
                  metadata.path("name").asString(metadata.path("generateName").asString("") + "*")),
              apiVersion,
              object,
              new Manifest.Origin("remembered for the end of the target", 1, 1)));
    }
    return new ManifestSet(desired.revision(), manifests);
  }
}
