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

  private final SyncPolicy policy;
  private final PruneConfirmation confirmation;

  Removals(SyncPolicy policy, PruneConfirmation confirmation) {
    this.policy = policy;
    this.confirmation = confirmation;
  }

  /** What is confirmed is removed, what is not stays with the reason. */
  <D extends Desired> Plan<D> restrict(Plan<D> plan) {
    boolean all = heldAll(plan);
    Plan<D> waiting = waiting(plan, all);
    if (waiting.changes().isEmpty()) {
      return plan;
    }
    String why = why(plan);
    return plan.mapChanges(
        change -> {
          if (!waits(change, all)) {
            return change;
          }
          Change removal = change.confirmed();
          if (confirmation.confirmed(waiting, removal)) {
            return removal;
          }
          if (change.reason() == Reason.PRUNE_UNCONFIRMED) {
            return change.skipped(
                Reason.PRUNE_UNCONFIRMED,
                change.note() + "; confirm it, or removals " + waiting.id());
          }
          return change.skipped(
              asked() ? Reason.PRUNE_UNCONFIRMED : Reason.PRUNE_HELD,
              "no longer desired; kept because "
                  + why
                  + "; confirm it, or removals "
                  + waiting.id());
        });
  }

  /** Why a plan that is applied as a whole waits. */
  Optional<String> held(Plan<?> plan) {
    if (!heldAll(plan)) {
      return Optional.empty();
    }
    Plan<?> waiting = waiting(plan, true);
    boolean confirmed =
        waiting.changes().stream().allMatch(c -> confirmation.confirmed(waiting, c));
    return confirmed
        ? Optional.empty()
        : Optional.of(why(plan) + "; confirm removals " + waiting.id());
  }

  private boolean asked() {
    return policy.prune() == SyncPolicy.Prune.CONFIRM;
  }

  /** Whether every removal waits, because the policy asks for it or because they are too many. */
  private boolean heldAll(Plan<?> plan) {
    long removals = removals(plan);
    return asked() && removals > 0
        || !plan.desired().isEmpty() && policy.shrink().holds(removals, plan.atStake());
  }

  private static long removals(Plan<?> plan) {
    return plan.changes().stream().filter(Removals::removal).count();
  }

  private static boolean removal(Change change) {
    return change.action() == Action.DELETE && change.live().isPresent();
  }

  private static boolean waits(Change change, boolean all) {
    return change.reason() == Reason.PRUNE_UNCONFIRMED || all && removal(change);
  }

  private static <D extends Desired> Plan<D> waiting(Plan<D> plan, boolean all) {
    List<Change> waiting =
        plan.changes().stream().filter(c -> waits(c, all)).map(Change::confirmed).toList();
    return Plan.of(plan.target(), plan.desired(), plan.inventory(), waiting, BASIS);
  }

  private String why(Plan<?> plan) {
    String count = removals(plan) + " of " + plan.atStake() + " owned things";
    return asked()
        ? "pruning has to be confirmed (" + count + ")"
        : count + " would be removed at once";
  }
}
