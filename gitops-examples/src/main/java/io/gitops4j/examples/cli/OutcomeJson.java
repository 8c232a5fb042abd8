package io.gitops4j.examples.cli;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.Rehearsal;
import io.gitops4j.error.Failure;
import io.gitops4j.health.Health;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An outcome as one JSON document. */
final class OutcomeJson {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private OutcomeJson() {}

  static ObjectNode write(ReconcileOutcome outcome) {
    ObjectNode root = JSON.createObjectNode();
    root.put("target", outcome.pass().target().name());
    root.put("operation", outcome.pass().operationId());
    root.put("outcome", outcome.kind().name());
    root.put("milliseconds", outcome.pass().took().toMillis());
    outcome.pass().revision().ifPresent(r -> revision(r, root.putObject("revision")));
    outcome.pass().pin().ifPresent(p -> pin(p, root.putObject("pin")));
    ArrayNode errors = root.putArray("errors");
    if (outcome instanceof ReconcileOutcome.Failed failed) {
      failure(failed.failure(), errors.addObject());
    }
    outcome.whyHeld().ifPresent(r -> root.put("reason", r));
    ArrayNode changes = root.putArray("changes");
    Map<ResourceId, ChangeResult> results = new HashMap<>();
    outcome
        .appliedOutcome()
        .ifPresent(o -> o.results().forEach(r -> results.put(r.change().id(), r)));
    outcome
        .madePlan()
        .ifPresent(
            plan -> {
              root.put("plan", plan.id().toString());
              for (Change change : plan.changes()) {
                change(
                    change,
                    Optional.ofNullable(results.get(change.id())),
                    changes.addObject(),
                    errors);
              }
              health(outcome.health(), root.putObject("health"));
            });
    return root;
  }

  static void id(ResourceId id, ObjectNode node) {
    node.put("group", id.group())
        .put("kind", id.kind())
        .put("namespace", id.namespace())
        .put("name", id.name());
  }

  static void health(Health health, ObjectNode node) {
    node.put("status", health.status().name()).put("message", health.message());
  }

  static void revision(Revision revision, ObjectNode node) {
    node.put("reference", revision.reference()).put("digest", revision.digest().toString());
    revision
        .commit()
        .ifPresent(
            c ->
                node.put("author", c.author())
                    .put("committer", c.committer())
                    .put("time", c.time().toString())
                    .put("message", c.message()));
  }

  static void pin(Pin pin, ObjectNode node) {
    revision(pin.revision(), node.putObject("revision"));
    pin.bad().ifPresent(b -> revision(b, node.putObject("bad")));
    node.put("by", pin.by())
        .put("reason", pin.why())
        .put("since", pin.since().toString())
        .put("until", pin.until().name())
        .put("hooks", pin.hooks().name());
  }

  static void failure(Failure failure, ObjectNode node) {
    node.put("stage", failure.stage().name())
        .put("code", failure.code())
        .put("retryability", failure.retryability().name())
        .put("reason", failure.reason());
    failure.subject().ifPresent(s -> node.put("subject", s));
    failure.nextStep().ifPresent(n -> node.put("nextStep", n));
    if (!failure.details().isEmpty()) {
      new TreeMap<>(failure.details()).forEach(node.putObject("details")::put);
    }
  }

  private static void change(
      Change planned, Optional<ChangeResult> result, ObjectNode node, ArrayNode errors) {
    Change change = result.map(ChangeResult::change).orElse(planned);
    id(change.id(), node);
    node.put("action", change.action().name()).put("reason", change.reason().name());
    if (!change.note().isEmpty()) {
      node.put("note", change.note());
    }
    if (change.rehearsal() != Rehearsal.TAKEN) {
      node.put("rehearsal", change.rehearsal().name());
    }
    ArrayNode fields = node.putArray("fields");
    for (FieldChange field : change.fields()) {
      ObjectNode shown = fields.addObject().put("path", field.path());
      field.pointer().ifPresent(p -> shown.put("pointer", p));
      shown.put("origin", field.origin().name());
      field.before().ifPresent(b -> shown.put("before", b));
      field.after().ifPresent(a -> shown.put("after", a));
      if (field.masked()) {
        shown.put("masked", true);
      }
      field.writer().ifPresent(w -> shown.put("writer", w.manager()));
    }
    result.ifPresent(r -> node.put("actuation", r.actuation().name()));
    health(result.map(ChangeResult::health).orElse(change.health()), node.putObject("health"));
    result.flatMap(ChangeResult::failure).ifPresent(f -> failure(f, errors.addObject()));
  }
}
