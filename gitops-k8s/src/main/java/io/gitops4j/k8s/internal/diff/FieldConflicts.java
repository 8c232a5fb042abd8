package io.gitops4j.k8s.internal.diff;

import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.ignore.ContestedFields.Contest;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What is said of fields that somebody else owns too. */
public final class FieldConflicts {
  private FieldConflicts() {}

  /** Why fields are not taken over: who wants which value, masked where it is secret. */
  static String reason(Prepared object, List<Contest> refused) {
    boolean secret = SecretValues.isSecret(object.id().group(), object.id().kind());
    return refused.stream()
        .map(
            c ->
                c.path()
                    + " is "
                    + (secret ? "*** (before)" : c.live())
                    + " and owned by "
                    + c.manager()
                    + " ("
                    + c.operation()
                    + "), desired is "
                    + (secret ? "*** (after)" : c.desired()))
        .collect(Collectors.joining("; "));
  }

  /** The failure of an object that is not written because of them. */
  public static ApplyException failure(Prepared object, List<Contest> refused) {
    return failure(object, reason(object, refused));
  }

  /** The failure where only the server sees the conflict. */
  public static ApplyException failure(Prepared object, JsonNode live, KubeResponse answer) {
    return failure(object, SecretValues.mask(answer.message(), object, live));
  }

  private static ApplyException failure(Prepared object, String reason) {
    return new ApplyException(
        "K8S-FIELD-CONFLICT",
        Retryability.RETRY_ON_CHANGE,
        object.id().toString(),
        reason,
        "take the field out of Git, have the other let go of it, or "
            + (object.joins() ? "allow adoption" : "choose another conflict policy"),
        null);
  }

  /** What a plan says of the fields that are left to others or adopted, empty when none are. */
  static String note(Prepared object, JsonNode live) {
    if (!object.fields().contested().followsOwners()) {
      return "";
    }
    return object.fields().contested().contests(object.body(), live, object.manager()).stream()
        .filter(c -> !c.agreed())
        .map(
            c ->
                switch (c.policy()) {
                  case YIELD -> "leaves " + c.path() + " to " + c.manager();
                  case ADOPT -> "adopts " + c.path() + " from " + c.manager();
                  case FORCE, FAIL -> "";
                })
        .filter(n -> !n.isEmpty())
        .distinct()
        .collect(Collectors.joining("; "));
  }
}
