package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ends the ownership of the tool that an object came from. A field that both own would stay when it
 * leaves Git, because server-side apply removes only what nobody else owns. What the former tool
 * set beyond the manifest stays its own, so that nothing changes that no plan showed.
 */
final class TakeOver {
  /** Field managers of tools whose work is taken over. */
  private static final Set<String> FORMER =
      Set.of(
          "before-first-apply",
          "helm",
          "argocd-controller",
          "argocd-application-controller",
          "kustomize-controller",
          "helm-controller",
          "kapp-server",
          "kapp",
          "kpt");

  /** What kubectl and others compared with, as they wrote it. */
  static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private TakeOver() {}

  /** The patch that is needed after our apply, empty when nobody else owns what we do. */
  static Optional<ArrayNode> patch(JsonNode live, String manager) {
    JsonNode ours = Fingerprint.ownedFields(live, manager);
    ArrayNode kept = KubeHttp.JSON.createArrayNode();
    boolean changed = false;
    for (JsonNode entry : live.path("metadata").path("managedFields")) {
      if (!former(entry) || entry.path("manager").asString("").equals(manager)) {
        kept.add(entry);
        continue;
      }
      ObjectNode rest = minus(entry.path("fieldsV1"), ours);
      changed |= !rest.equals(entry.path("fieldsV1"));
      if (!rest.isEmpty()) {
        kept.add(((ObjectNode) entry.deepCopy()).set("fieldsV1", rest));
      }
    }
    if (!changed) {
      return Optional.empty();
    }
    ArrayNode patch = KubeHttp.JSON.createArrayNode();
    // With its version the server refuses the patch when anything moved meanwhile.
    patch
        .addObject()
        .put("op", "replace")
        .put("path", "/metadata/resourceVersion")
        .set("value", live.path("metadata").path("resourceVersion"));
    patch
        .addObject()
        .put("op", "replace")
        .put("path", "/metadata/managedFields")
        .set("value", kept);
    return Optional.of(patch);
  }

  private static boolean former(JsonNode entry) {
    String manager = entry.path("manager").asString("");
    return entry.path("subresource").asString("").isEmpty()
        && (FORMER.contains(manager) || manager.startsWith("kubectl"));
  }

  /** What one set of fields has and the other has not. */
  private static ObjectNode minus(JsonNode theirs, JsonNode ours) {
    ObjectNode rest = KubeHttp.JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> field : theirs.properties()) {
      JsonNode own = ours.path(field.getKey());
      if (own.isMissingNode()) {
        rest.set(field.getKey(), field.getValue());
      } else if (!field.getValue().isEmpty() && !own.isEmpty()) {
        ObjectNode below = minus(field.getValue(), own);
        if (!below.isEmpty()) {
          rest.set(field.getKey(), below);
        }
      }
    }
    return rest;
  }
}
