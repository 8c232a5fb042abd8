package io.gitops4j.examples.cli;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.JsonPatch;
import io.gitops4j.diff.PlanId;
import io.gitops4j.error.ConfigurationException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A plan as JSON Patches (RFC 6902), one for each object that differs. */
final class OutcomePatch {
  private OutcomePatch() {}

  static ObjectNode write(PlanId plan, List<Change> differences) {
    ObjectNode root = OutcomeJson.JSON.createObjectNode().put("plan", plan.toString());
    ArrayNode objects = root.putArray("patches");
    for (Change change : differences) {
      ObjectNode object = objects.addObject();
      OutcomeJson.id(change.id(), object);
      object.put("action", change.action().name());
      String patch = JsonPatch.of(change).orElseThrow(() -> noPatch(change));
      object.set("patch", OutcomeJson.JSON.readTree(patch));
    }
    return root;
  }

  private static ConfigurationException noPatch(Change change) {
    return new ConfigurationException(
        "--output patch", List.of("the differences of " + change.id() + " are not JSON"));
  }
}
