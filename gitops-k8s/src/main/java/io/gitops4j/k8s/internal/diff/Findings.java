package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.Reason;
import io.gitops4j.diff.Rehearsal;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.k8s.ReplacePolicy;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.Refusals.Verdict;
import io.gitops4j.k8s.internal.ignore.ContestedFields.Contest;
import io.gitops4j.k8s.internal.observe.LiveObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the answer to a dry run means for a plan. */
final class Findings {
  private final ClusterSettings settings;

  Findings(ClusterSettings settings) {
    this.settings = settings;
  }

  /** The change where the server takes it. */
  Change compared(Prepared object, LiveObject live, JsonNode result, Basis basis) {
    boolean overwrites = object.writing().update() == UpdatePolicy.OVERWRITE;
    ObjectNode sent = overwrites ? object.inPlaceOf(live.tree()) : object.over(live.tree());
    List<FieldChange> fields =
        overwrites ? whole(object, live, sent, result) : differences(object, live, sent, result);
    Optional<Change> conflict = conflicting(object, live, reason(object, live, basis), fields);
    if (conflict.isPresent()) {
      return conflict.get();
    }
    String note = FieldConflicts.note(object, live.tree());
    if (quiet(object, live, object.comparedWith(live.tree()), result, basis)) {
      Change same =
          new Change(
              object.id(),
              Action.NONE,
              Reason.IN_SYNC,
              fields,
              Optional.of(live.version()),
              settings.health().assess(live.tree(), object.resource().hasStatus()),
              note.isEmpty() ? "differs in ignored fields only" : note);
      basis.verdicts().keep(object, live.version().uid(), object.fingerprint(live.tree()), same);
      return same;
    }
    String lost = Kept.note(sent, result, secret(object));
    if (!lost.isEmpty() || !onlyAdmission(fields)) {
      String all =
          Stream.of(note, lost).filter(n -> !n.isEmpty()).collect(Collectors.joining("; "));
      return change(object, live, Action.UPDATE, reason(object, live, basis), fields, all);
    }
    String taken = "its values are as desired; " + basis.view().target() + " takes their ownership";
    return change(
        object,
        live,
        Action.UPDATE,
        Reason.OWNERSHIP,
        fields,
        note.isEmpty() ? taken : taken + "; " + note);
  }

  /** The change where the server refuses it. */
  Change refused(
      Prepared object, LiveObject live, KubeResponse answer, Verdict verdict, Reason reason) {
    Failure failure = KubeFailures.of(Stage.DIFF, object.id().toString(), answer);
    Optional<String> webhook = KubeFailures.silentWebhook(answer);
    if (failure.retryability() == Retryability.RETRY && answer.code() != 409 && webhook.isEmpty()) {
      throw KubeFailures.cannotLook(failure);
    }
    String said = SecretValues.mask(failure.reason(), object, live.tree());
    Optional<Change> conflict = conflicting(object, live, reason, List.of());
    if (conflict.isPresent()) {
      return conflict.get();
    }
    if (webhook.isPresent()) {
      // The webhook's own words change from try to try: addresses and ports.
      return unchanged(
          object,
          live,
          reason,
          "what it would become is not known: its webhook " + webhook.get() + " does not answer",
          Rehearsal.UNKNOWN);
    }
    if (!verdict.immutable()) {
      return unchanged(object, live, reason, "the server refuses it: " + said, Rehearsal.REFUSED);
    }
    boolean kept = settings.protectedKinds().contain(object.id());
    if (object.writing().replace() == ReplacePolicy.IMMUTABLE
        && !kept
        && verdict.created().isPresent()) {
      return change(
          object,
          live,
          Action.REPLACE,
          reason,
          whole(object, live, object.body(), named(verdict.created().get(), object)),
          "deleted and made anew, because an immutable field changed: " + said);
    }
    String why = "";
    if (object.writing().replace() == ReplacePolicy.IMMUTABLE) {
      why =
          "; it is not replaced, because "
              + (kept
                  ? object.id().kind() + " is protected: what depends on it would go with it"
                  : whyNotAnew(object, live, verdict));
    }
    return unchanged(
        object,
        live,
        reason,
        "the server refuses it, because an immutable field changed: " + said + why,
        Rehearsal.IMPOSSIBLE);
  }

  private Change unchanged(
      Prepared object, LiveObject live, Reason reason, String note, Rehearsal said) {
    return change(object, live, Action.UPDATE, reason, List.of(), note).rehearsed(said);
  }

  /** The server is asked under another name: what it says of that name is not the user's fault. */
  private static String whyNotAnew(Prepared object, LiveObject live, Verdict verdict) {
    boolean named =
        verdict
            .anew()
            .map(a -> a.body().path("details").path("causes"))
            .filter(
                causes ->
                    causes
                        .valueStream()
                        .anyMatch(c -> c.path("field").asString("").equals("metadata.name")))
            .isPresent();
    return named
        ? "its name is bound to its content, so that the server cannot be asked before whether it"
            + " would take it as a new one"
        : "the server would not take it as a new one: "
            + SecretValues.mask(
                verdict.anew().map(KubeResponse::message).orElse(""), object, live.tree());
  }

  /** Whether nothing that counts would change: what others hold of it is no reason to write. */
  static boolean quiet(
      Prepared object, LiveObject live, ObjectNode sent, JsonNode result, Basis basis) {
    return object.fields().followLive()
        && appliedAsDesired(object, basis)
        && onlyAdmission(differences(object, live, sent, result))
        && Kept.note(sent, result, secret(object)).isEmpty()
        && object.fingerprint(live.tree()).equals(object.fingerprint(result));
  }

  /** What was only recorded ahead of a write that did not come about is adopted, too. */
  static Reason reason(Prepared object, LiveObject live, Basis basis) {
    Optional<InventoryEntry> entry = basis.inventory().find(object.id());
    JsonNode labels = live.tree().path("metadata").path("labels");
    boolean ours = labels.path(basis.view().label()).asString("").equals(basis.view().hash());
    if (object.joins()) {
      return Reason.JOINED;
    }
    return entry.isEmpty() || entry.get().uid().isEmpty() && !ours
        ? Reason.ADOPTED
        : appliedAsDesired(object, basis) ? Reason.DRIFTED : Reason.CHANGED;
  }

  private static boolean appliedAsDesired(Prepared object, Basis basis) {
    return basis
        .inventory()
        .find(object.id())
        .flatMap(InventoryEntry::desired)
        .equals(Optional.of(object.digest()));
  }

  /** The dry run of a new one had to use another name. */
  private static JsonNode named(JsonNode created, Prepared object) {
    ObjectNode copy = (ObjectNode) created.deepCopy();
    ((ObjectNode) copy.get("metadata")).put("name", object.id().name());
    return copy;
  }

  private static boolean secret(Prepared object) {
    return SecretValues.isSecret(object.id().group(), object.id().kind());
  }

  static List<FieldChange> differences(
      Prepared object, LiveObject live, ObjectNode sent, JsonNode result) {
    return TreeDiff.of(live.tree(), result, sent, secret(object), object.manager());
  }

  /** What is written as a whole asks for all that it removes, also for what others set. */
  private static List<FieldChange> whole(
      Prepared object, LiveObject live, ObjectNode sent, JsonNode result) {
    return differences(object, live, sent, result).stream()
        .map(
            f ->
                f.after().isPresent()
                    ? f
                    : new FieldChange(
                        f.path(),
                        f.pointer(),
                        f.before(),
                        f.after(),
                        f.masked(),
                        FieldChange.Origin.DESIRED,
                        f.writer()))
        .toList();
  }

  /** Whether nothing that we want differs. */
  private static boolean onlyAdmission(List<FieldChange> fields) {
    return fields.stream().allMatch(f -> f.origin() == FieldChange.Origin.ADMISSION);
  }

  /** A change that its conflict policy refuses, with what it would be without. */
  private Optional<Change> conflicting(
      Prepared object, LiveObject live, Reason reason, List<FieldChange> fields) {
    List<Contest> refused = object.refused(live.tree());
    return refused.isEmpty()
        ? Optional.empty()
        : Optional.of(
            change(
                object,
                live,
                Action.UPDATE,
                reason,
                fields,
                (object.joins()
                        ? "will fail, because what others set in it stays: "
                        : "will fail, by its conflict policy: ")
                    + FieldConflicts.reason(object, refused)));
  }

  Change change(
      Prepared object,
      LiveObject live,
      Action action,
      Reason reason,
      List<FieldChange> fields,
      String note) {
    return new Change(
        object.id(),
        action,
        reason,
        fields,
        Optional.of(live.version()),
        settings.health().assess(live.tree(), object.resource().hasStatus()),
        note);
  }
}
