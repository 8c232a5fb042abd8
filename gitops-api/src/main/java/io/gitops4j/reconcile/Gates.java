package io.gitops4j.reconcile;

import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Stage;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import java.util.List;
import java.util.Optional;

/** The gates of a pass, asked in order; each sees what those before it let through. */
record Gates(List<Gate> asked) {
  /**
   * What came of it.
   *
   * @param plan what may be applied, or, when something holds it, what was held
   * @param held why nothing of it may be applied
   */
  record Answer<D extends Desired>(Plan<D> plan, Optional<String> held) {}

  <D extends Desired> Answer<D> ask(Plan<D> plan, OperationContext context) {
    Plan<D> passing = plan;
    for (Gate gate : asked) {
      context.checkActive(Stage.GATE);
      GateDecision decision = gate.decide(passing, context);
      if (decision instanceof GateDecision.Held held) {
        return new Answer<>(passing, Optional.of(held.reason()));
      }
      if (decision instanceof GateDecision.HeldInPart part) {
        Plan<D> rest = without(passing, part);
        if (rest.inSync() || passing.desired().grain() == Desired.Grain.WHOLE) {
          return new Answer<>(passing, Optional.of(part.reason()));
        }
        passing = rest;
      }
    }
    return new Answer<>(passing, Optional.empty());
  }

  private static <D extends Desired> Plan<D> without(Plan<D> plan, GateDecision.HeldInPart part) {
    return plan.mapChanges(
        c ->
            c.action().writes() && part.changes().contains(c.id())
                ? c.skipped(Reason.HELD, part.reason())
                : c);
  }
}
