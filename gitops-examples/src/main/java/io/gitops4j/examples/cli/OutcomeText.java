package io.gitops4j.examples.cli;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.error.Failure;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An outcome for people: what changed, field by field, and what came of it. */
public final class OutcomeText {
  private final PrintStream out;
  private final boolean colour;

  /** Prints with or without colour. */
  public OutcomeText(PrintStream out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  /** Prints everything that a person wants to know. */
  public void print(ReconcileOutcome outcome) {
    outcome.pass().revision().ifPresent(this::revision);
    outcome.pass().pin().ifPresent(p -> out.println("  " + p.message()));
    Map<ResourceId, ChangeResult> results = new HashMap<>();
    outcome
        .appliedOutcome()
        .ifPresent(o -> o.results().forEach(r -> results.put(r.change().id(), r)));
    outcome
        .madePlan()
        .ifPresent(
            plan ->
                plan.changes().stream()
                    .filter(c -> c.action() != Action.NONE)
                    .forEach(c -> change(c, Optional.ofNullable(results.get(c.id())))));
    if (outcome instanceof ReconcileOutcome.Failed failed) {
      failure(failed.failure());
    }
    outcome.whyHeld().ifPresent(r -> out.println("  held: " + r));
    String health =
        outcome
            .madePlan()
            .map(p -> outcome.health())
            .map(h -> ", " + h.status() + (h.message().isEmpty() ? "" : " (" + h.message() + ")"))
            .orElse("");
    out.println(
        "  "
            + paint(outcome.kind() == ReconcileOutcome.Kind.FAILED ? 31 : 32, outcome.kind().name())
            + health
            + ", "
            + outcome.pass().took().toMillis()
            + " ms");
  }

  private void revision(Revision revision) {
    out.println(
        "  "
            + revision.reference()
            + "@"
            + revision.digest().abbreviated(8)
            + revision
                .commit()
                .map(c -> "  " + c.author() + "  \"" + c.subject() + "\"")
                .orElse(""));
  }

  private void change(Change planned, Optional<ChangeResult> result) {
    Change change = result.map(ChangeResult::change).orElse(planned);
    String mark =
        switch (change.action()) {
          case CREATE -> paint(32, "+");
          case UPDATE, REPLACE -> paint(33, "~");
          case DELETE -> paint(31, "-");
          case NONE, SKIP -> " ";
        };
    out.println(
        "    "
            + mark
            + " "
            + change.id()
            + "  "
            + change.reason().name().toLowerCase(Locale.ROOT)
            + (change.note().isEmpty() ? "" : ": " + change.note()));
    fields(change, FieldChange.Origin.DESIRED, "        ");
    fields(change, FieldChange.Origin.ADMISSION, "        by admission: ");
    result.flatMap(ChangeResult::failure).ifPresent(this::failure);
    result
        .map(ChangeResult::health)
        .filter(h -> h.status() != HealthStatus.HEALTHY && !h.message().isEmpty())
        .ifPresent(h -> out.println("        " + h.status() + ": " + h.message()));
  }

  private void fields(Change change, FieldChange.Origin origin, String start) {
    for (FieldChange field : change.fields()) {
      if (field.origin() != origin) {
        continue;
      }
      out.println(
          start
              + field.path()
              + ": "
              + field.before().orElse("(absent)")
              + " -> "
              + field.after().orElse("(absent)")
              + field.writer().map(w -> "   last written by " + w.manager()).orElse(""));
    }
  }

  private void failure(Failure failure) {
    out.println("    " + paint(31, failure.code()) + " " + failure.message());
  }

  private String paint(int code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
