package io.gitops4j.gate;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.model.KindName;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Decides whether a plan may be applied: an approval, a policy, a budget, a window. Thread-safe;
 * never changes the plan. Asked in every pass, also in one that stops at the plan, to show what of
 * it would be applied: being asked must have no consequence. To tell somebody that a plan waits is
 * for a listener, to use up an approval for the pass that applied it.
 */
@FunctionalInterface
public interface Gate {
  /**
   * Decides.
   *
   * @param plan what would be applied
   * @param context of the pass
   * @return allowed, or held with the reason, all of it or a part
   */
  GateDecision decide(Plan<?> plan, OperationContext context);

  /**
   * Allows a plan that was approved before by its id.
   *
   * @param approvals the plans that somebody approved
   * @return the gate
   */
  static Gate approval(Approvals approvals) {
    return (plan, context) ->
        approvals.approved(plan.target(), plan.id())
            ? GateDecision.allowed()
            : GateDecision.held("plan " + plan.id() + " waits for approval");
  }

  /**
   * Holds every plan, for a target that somebody has suspended.
   *
   * @param by what suspends it, such as a field of its manifest
   * @return the gate
   */
  static Gate suspended(String by) {
    return (plan, context) ->
        GateDecision.held("the target is suspended by " + by + ": remove that to sync it");
  }

  /**
   * Lets a pass through that somebody asked for, and no other: for a target that is compared all
   * the time and synced by hand.
   *
   * @param why nothing happens on its own, such as a field of its manifest
   * @return the gate
   */
  static Gate onlyAsked(String why) {
    return (plan, context) ->
        context.trigger() == Trigger.MANUAL
            ? GateDecision.allowed()
            : GateDecision.held("nobody asked for this pass, and " + why + ": ask for a sync");
  }

  /**
   * Lets through what it would hold, all of a plan or a part, where somebody approved that very
   * plan: a budget that can be overruled. Once the rest of a plan is applied, what is held is
   * another plan, which the next pass names.
   *
   * @param approvals the plans that somebody approved
   * @return the gate
   */
  default Gate orApproved(Approvals approvals) {
    return (plan, context) -> {
      GateDecision decision = decide(plan, context);
      if (decision.kind() == GateDecision.Kind.ALLOWED
          || approvals.approved(plan.target(), plan.id())) {
        return GateDecision.allowed();
      }
      String or = ", or approve plan " + plan.id();
      return decision instanceof GateDecision.HeldInPart part
          ? GateDecision.held(part.changes(), part.reason() + or)
          : GateDecision.held(decision.whyHeld().orElseThrow() + or);
    };
  }

  /**
   * Plans of one branch only: what is on any other stops at its plan.
   *
   * @param branch its name, with or without {@code refs/heads/}
   * @return the gate
   */
  static Gate onlyFrom(String branch) {
    String name = branch.replaceFirst("^refs/heads/", "");
    return (plan, context) ->
        plan.desired().revision().reference().replaceFirst("^refs/heads/", "").equals(name)
            ? GateDecision.allowed()
            : GateDecision.held(
                "it is of "
                    + plan.desired().revision().reference()
                    + ", only refs/heads/"
                    + name
                    + " is applied");
  }

  /**
   * Keeps things of some kinds from being removed or replaced. As long as a plan would do so it
   * removes nothing at all, because what is kept can die with what it lives in, such as its
   * namespace; the rest goes on, unless nothing can be left out of a plan, as of one of Terraform.
   *
   * @param kinds such as {@code aws_db_instance} or {@code apps/StatefulSet}
   * @return the gate
   * @throws IllegalArgumentException when one is written wrongly, see {@link KindName}
   */
  static Gate keeping(Set<String> kinds) {
    Set<KindName> kept = KindName.all(kinds);
    return (plan, context) -> {
      Set<ResourceId> removed =
          plan.changes().stream()
              .filter(c -> c.action() == Action.DELETE || c.action() == Action.REPLACE)
              .map(Change::id)
              .collect(Collectors.toSet());
      Set<ResourceId> lost =
          removed.stream()
              .filter(id -> kept.stream().anyMatch(k -> k.names(id)))
              .collect(Collectors.toCollection(TreeSet::new));
      if (lost.isEmpty()) {
        return GateDecision.allowed();
      }
      String names = lost.stream().map(ResourceId::toString).collect(Collectors.joining(", "));
      return GateDecision.held(
          removed,
          "it removes or replaces "
              + names
              + ", whose kind is kept: bring it back to what is desired, or keep its kind no more");
    };
  }
}
