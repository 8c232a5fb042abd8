package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.FieldChange;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Fingerprint;
import io.gitops4j.k8s.internal.observe.ObjectOptions;
import io.gitops4j.k8s.internal.observe.Observer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ends the ownership of the tool that an object came from. A field that both own would stay when it
 * leaves Git, because server-side apply removes only what nobody else owns. What the former tool
 * set beyond the manifest stays its own, so that nothing changes that no plan showed. Its copy of
 * the manifest goes with the first change that makes it untrue. What was restored is ours again:
 * what it carries beyond the manifest stays, and is nobody's.
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

  /**
   * Copies of the whole manifest that tools compare with. They are of no use to anybody else, they
   * grow old, and of a Secret they hold its values.
   */
  static final List<String> COPIES =
      List.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          "kapp.k14s.io/original",
          "kapp.k14s.io/original-diff-md5");

  private TakeOver() {}

  /**
   * The patch that is needed after our apply: it ends the ownership of others when the object is
   * taken over or was restored, and removes their copies of the manifest once these are no longer
   * true.
   */
  static Optional<ArrayNode> patch(Write write, JsonNode live, String manager) {
    JsonNode ours = Fingerprint.ownedFields(live, manager);
    Optional<ArrayNode> owners = owners(write, live, ours, manager);
    // That an object becomes ours says nothing of its content: the copy is still true.
    boolean changed = write.change().fields().stream().anyMatch(f -> !marksAsOurs(f));
    List<String> obsolete = new ArrayList<>(changed ? COPIES : List.of());
    if (restored(live, manager)) {
      obsolete.add(ObjectOptions.RESTORED);
    }
    List<String> copies = present(obsolete, live, ours);
    if (owners.isEmpty() && copies.isEmpty()) {
      return Optional.empty();
    }
    ArrayNode patch = KubeHttp.JSON.createArrayNode();
    // With its version the server refuses the patch when anything moved meanwhile.
    patch
        .addObject()
        .put("op", "replace")
        .put("path", "/metadata/resourceVersion")
        .set("value", live.path("metadata").path("resourceVersion"));
    owners.ifPresent(
        left ->
            patch
                .addObject()
                .put("op", "replace")
                .put("path", "/metadata/managedFields")
                .set("value", left));
    for (String copy : copies) {
      patch
          .addObject()
          .put("op", "remove")
          .put("path", "/metadata/annotations/" + copy.replace("/", "~1"));
    }
    return Optional.of(patch);
  }

  private static boolean marksAsOurs(FieldChange field) {
    return (field.path() + field.after().orElse("")).contains(Observer.TARGET_LABEL);
  }

  /** Who owns what when the former tools own nothing of ours; empty when that is so already. */
  private static Optional<ArrayNode> owners(
      Write write, JsonNode live, JsonNode ours, String manager) {
    ArrayNode kept = KubeHttp.JSON.createArrayNode();
    boolean changed = false;
    for (JsonNode entry : live.path("metadata").path("managedFields")) {
      if (restores(entry, manager)) {
        changed = true;
        continue;
      }
      if (!write.takesOver() || !former(entry, manager)) {
        kept.add(entry);
        continue;
      }
      ObjectNode rest = minus(entry.path("fieldsV1"), ours);
      changed |= !rest.equals(entry.path("fieldsV1"));
      if (!rest.isEmpty()) {
        kept.add(((ObjectNode) entry.deepCopy()).set("fieldsV1", rest));
      }
    }
    return changed ? Optional.of(kept) : Optional.empty();
  }

  private static boolean restored(JsonNode live, String manager) {
    return live.path("metadata")
        .path("managedFields")
        .valueStream()
        .anyMatch(entry -> restores(entry, manager));
  }

  private static boolean restores(JsonNode entry, String ours) {
    return entry.path("manager").asString("").equals(ObjectOptions.restorer(ours));
  }

  private static List<String> present(List<String> obsolete, JsonNode live, JsonNode ours) {
    JsonNode annotations = live.path("metadata").path("annotations");
    JsonNode desired = ours.path("f:metadata").path("f:annotations");
    return obsolete.stream().filter(annotations::has).filter(c -> !desired.has("f:" + c)).toList();
  }

  /** Another tool's, or ours by another operation than apply. */
  private static boolean former(JsonNode entry, String ours) {
    String manager = entry.path("manager").asString("");
    return entry.path("subresource").asString("").isEmpty()
        && (manager.equals(ours)
            ? !entry.path("operation").asString("").equals("Apply")
            : FORMER.contains(manager) || manager.startsWith("kubectl"));
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
