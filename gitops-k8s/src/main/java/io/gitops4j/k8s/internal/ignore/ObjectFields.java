package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.model.Digest;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What holds of single fields of one object.
 *
 * @param ignored which of them others may set
 * @param contested what becomes of those that somebody else owns too
 */
public record ObjectFields(IgnoredFields ignored, ContestedFields contested) {
  public static final ObjectFields PLAIN =
      new ObjectFields(IgnoredFields.NONE, ContestedFields.FORCED);

  /** Whether what is sent depends on the live object. */
  public boolean followLive() {
    return !ignored.isEmpty() || contested.followsOwners();
  }

  /** The rules as text, empty when there are none: another text is another desired state. */
  public String text() {
    return (ignored.isEmpty() ? "" : ignored.text()) + contested.text();
  }

  /** What an apply sends to an object that exists. */
  public ObjectNode over(ObjectNode desired, JsonNode live, String manager) {
    return followLive()
        ? labelled(adjustment(desired, live, manager).applied(desired, live), desired)
        : desired;
  }

  /** What is written in place of an object that exists: what is left to others stays in it. */
  public ObjectNode inPlaceOf(ObjectNode desired, JsonNode live, String manager) {
    return followLive()
        ? labelled(adjustment(desired, live, manager).whole(desired, live), desired)
        : desired;
  }

  private Adjustment adjustment(ObjectNode desired, JsonNode live, String manager) {
    Adjustment adjustment = new Adjustment();
    ignored.settle(adjustment, desired, live, manager);
    contested.settle(adjustment, desired, live, manager);
    return adjustment;
  }

  /** Whose an object is stays out of every rule. */
  private static ObjectNode labelled(ObjectNode body, ObjectNode desired) {
    JsonNode label = desired.path("metadata").path("labels").path(Observer.TARGET_LABEL);
    if (label.isString() && body.path("metadata") instanceof ObjectNode metadata) {
      metadata.withObject("/labels").set(Observer.TARGET_LABEL, label);
    }
    return body;
  }

  /** The fingerprint of what is not left to others, and of what is theirs. */
  public Optional<Digest> fingerprint(JsonNode live, String manager) {
    Optional<Digest> ours = ignored.fingerprint(live, manager);
    return contested.followsOwners()
        ? ours.map(d -> Digest.sha256(d + contested.owned(live, manager)))
        : ours;
  }
}
