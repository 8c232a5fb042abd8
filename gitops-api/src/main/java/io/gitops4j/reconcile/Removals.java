package io.gitops4j.reconcile;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.model.Digest;
import io.gitops4j.render.Desired;
import java.util.List;
import java.util.Optional;

/** Which removals of a plan wait for a confirmation, and which of these have it. */
final class Removals {
  /**
   * The removals do not depend on what else is desired: another commit does not void an approval.
   */
  private static final Digest BASIS = Digest.sha256("removals");

  private final SyncPolicy.Shrink guard;
  private final PruneConfirmation confirmation;

  Removals(SyncPolicy.Shrink guard, PruneConfirmation confirmation) {
    this.guard = guard;
    this.confirmation = confirmation;
  }

  /** What is confirmed is removed, what is not stays with the reason. */
  <D extends Desired> Plan<D> restrict(Plan<D> plan) {
    boolean shrinks = shrinks(plan);
    Plan<D> waiting = waiting(plan, shrinks);
    if (waiting.changes().isEmpty()) {
      return plan;
    }
    return plan.mapChanges(
        change -> {
          if (!waits(change, shrinks)) {
            return change;
          }
          Change removal = change.confirmed();
          if (confirmation.confirmed(waiting, removal)) {
            return removal;
          }
          return change.reason() == Reason.PRUNE_UNCONFIRMED
              ? change.skipped(
                  Reason.PRUNE_UNCONFIRMED,
                  change.note() + "; it is one of removals " + waiting.id())
              : change.skipped(
                  Reason.PRUNE_HELD,
                  "no longer desired; kept because "
                      + tooMuch(plan)
                      + ": confirm it, or removals "
                      + waiting.id());
        });
  }

  /** Why a plan that is applied as a whole waits. */
  Optional<String> held(Plan<?> plan) {
    if (!shrinks(plan)) {
      return Optional.empty();
    }
    Plan<?> waiting = waiting(plan, true);
    boolean confirmed =
        waiting.changes().stream().allMatch(c -> confirmation.confirmed(waiting, c));
    return confirmed
        ? Optional.empty()
        : Optional.of(tooMuch(plan) + ": confirm removals " + waiting.id());
  }

  private boolean shrinks(Plan<?> plan) {
    return !plan.desired().isEmpty()
        && guard.holds(removals(plan), plan.inventory().entries().size());
  }

  private static long removals(Plan<?> plan) {
    return plan.changes().stream().filter(Removals::removal).count();
  }

  private static boolean removal(Change change) {
    return change.action() == Action.DELETE && change.live().isPresent();
  }

  private static boolean waits(Change change, boolean shrinks) {
    return change.reason() == Reason.PRUNE_UNCONFIRMED || shrinks && removal(change);
  }

  private static <D extends Desired> Plan<D> waiting(Plan<D> plan, boolean shrinks) {
    List<Change> waiting =
        plan.changes().stream().filter(c -> waits(c, shrinks)).map(Change::confirmed).toList();
    return Plan.of(plan.target(), plan.desired(), plan.inventory(), waiting, BASIS);
  }

  private static String tooMuch(Plan<?> plan) {
    return removals(plan)
        + " of "
        + plan.inventory().entries().size()
        + " owned things would be removed at once";
  }
}
