package io.gitops4j.terraform.flux;

import io.gitops4j.internal.json.Fields;
import tools.jackson.databind.JsonNode;

/**
 * Where tofu-controller keeps the state of an object. Unless {@code backendConfig} says otherwise
 * that is a Secret, also where the configuration says a backend: whoever begins with that one would
 * make everything a second time.
 */
final class FormerState {
  private FormerState() {}

  /** Tells where the state has to be taken over from, and which backends are not honoured. */
  static void check(JsonNode object, Fields root, Fields spec, String workspace) {
    JsonNode backend = object.path("spec").path("backendConfig");
    if (isDisabled(backend)) {
      spec.ignore("backendConfig"); // the backend is the configuration's own, as it is here
      return;
    }
    spec.refuse(
        "backendConfig",
        "have the configuration say that backend, or TerraformRenderer.Builder.backend,"
            + " so that the state stays where it is; only disable: true is honoured");
    if (!spec.has("backendConfig") && !spec.has("cloud") && isApplied(object.path("status"))) {
      root.problem(applied(object.path("metadata"), workspace));
    }
  }

  private static boolean isDisabled(JsonNode backend) {
    return backend.size() == 1 && backend.path("disable").asBoolean(false);
  }

  private static boolean isApplied(JsonNode status) {
    return !status.path("lastAppliedRevision").asString("").isEmpty()
        || !status.path("plan").path("lastApplied").asString("").isEmpty();
  }

  private static String applied(JsonNode metadata, String workspace) {
    String name = metadata.path("name").asString("");
    String namespace = metadata.path("namespace").asString("");
    String place = namespace.isEmpty() ? "" : " of the namespace " + namespace;
    return "status says that tofu-controller applied it, and spec.backendConfig says no backend:"
        + (" its state is in the Secret tfstate-" + workspace + "-" + name + place)
        + ", and with another one everything would be made a second time. Bring it to the backend"
        + " that is used here (terraform state pull there, terraform state push here), or have the"
        + " configuration say backend \"kubernetes\" with secret_suffix \""
        + name
        + "\" and that namespace; then remove status from the file";
  }
}
