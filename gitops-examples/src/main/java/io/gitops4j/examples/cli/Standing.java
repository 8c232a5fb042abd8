package io.gitops4j.examples.cli;

import io.gitops4j.diff.Change;
import io.gitops4j.error.Failure;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a target stands, in Argo CD's words.
 *
 * @param sync Synced, OutOfSync or Unknown
 * @param message what differs, or why it is unknown; empty when there is nothing to say
 * @param revision that it was compared with or, when it was not compared, that was applied last
 * @param pin that holds it there
 */
record Standing(String sync, String message, Optional<Revision> revision, Optional<Pin> pin) {
  private static final String UNKNOWN = "Unknown";

  /** Compares where that costs little; else history tells what was applied last. */
  static Standing of(Session session, OperationContext context) {
    return session
        .compare(context)
        .map(Standing::of)
        .orElseGet(
            () -> {
              List<HistoryEntry> entries =
                  session.destination().history().list(session.reconciler().target(), context);
              return new Standing(
                  UNKNOWN,
                  "not compared: ask diff",
                  entries.stream().map(HistoryEntry::revision).findFirst(),
                  session.reconciler().pin(context));
            });
  }

  private static Standing of(ReconcileOutcome outcome) {
    Optional<Revision> revision = outcome.pass().revision();
    Optional<Pin> pin = outcome.pass().pin();
    if (outcome.madePlan().isEmpty()) {
      String why = outcome.firstFailure().map(Failure::message).orElse("");
      return new Standing(UNKNOWN, why, revision, pin);
    }
    List<Change> changes = outcome.madePlan().get().changes();
    long different = changes.stream().filter(Change::differs).count();
    return different == 0
        ? new Standing("Synced", "", revision, pin)
        : new Standing(
            "OutOfSync", different + " of " + changes.size() + " objects differ", revision, pin);
  }

  void write(ObjectNode node) {
    node.putObject("sync").put("status", sync).put("message", message);
    revision.ifPresent(r -> OutcomeJson.revision(r, node.putObject("revision")));
    pin.ifPresent(p -> OutcomeJson.pin(p, node.putObject("pin")));
  }

  /** In one line, without the target and its health. */
  String text() {
    StringBuilder text = new StringBuilder();
    revision.ifPresent(
        r -> {
          text.append(r.reference()).append('@').append(r.digest().abbreviated(8));
          r.commit().ifPresent(c -> text.append(" \"").append(c.subject()).append('"'));
        });
    if (!message.isEmpty()) {
      text.append("  (").append(message).append(')');
    }
    pin.ifPresent(p -> text.append("  ").append(p.message()));
    return text.toString();
  }
}
