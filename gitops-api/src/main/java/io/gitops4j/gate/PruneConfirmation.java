package io.gitops4j.gate;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.model.ResourceId;
import java.time.Instant;
import java.util.Set;

/**
 * The embedder's permission to remove what is not removed without being asked: kinds whose loss is
 * a loss of data, objects whose annotations ask for it, and everything when a target shrinks more
 * than its policy allows. Thread-safe.
 */
@FunctionalInterface
public interface PruneConfirmation {
  /**
   * Whether one removal may happen.
   *
   * @param waiting all removals of the pass that wait for a permission, as a plan of their own: its
   *     id names exactly these instances in this state, whatever else is desired
   * @param removal one of them, with the instance that would go
   * @return true when it may
   */
  boolean confirmed(Plan<?> waiting, Change removal);

  /**
   * Permits nothing.
   *
   * @return the confirmation of a target that says nothing else
   */
  static PruneConfirmation none() {
    return (waiting, removal) -> false;
  }

  /**
   * Permits removals that were approved together, by the id that the plan gives them.
   *
   * @param approvals the ids that somebody approved
   * @return the confirmation
   */
  static PruneConfirmation approved(Approvals approvals) {
    return (waiting, removal) -> approvals.approved(waiting.target(), waiting.id());
  }

  /**
   * Permits the removal of some things, whichever instance there is.
   *
   * @param ids of the things
   * @return the confirmation
   */
  static PruneConfirmation of(Set<ResourceId> ids) {
    Set<ResourceId> named = Set.copyOf(ids);
    return (waiting, removal) -> named.contains(removal.id());
  }

  /**
   * Permits what was committed before somebody looked: a revision that came later waits again. A
   * revision whose time is not known is not covered.
   *
   * @param time when somebody approved
   * @return the confirmation
   */
  static PruneConfirmation givenAt(Instant time) {
    return (waiting, removal) ->
        waiting.desired().revision().commit().filter(c -> !c.time().isAfter(time)).isPresent();
  }

  /**
   * Permits what either permits.
   *
   * @param other asked when this one does not
   * @return the confirmation
   */
  default PruneConfirmation or(PruneConfirmation other) {
    return (waiting, removal) -> confirmed(waiting, removal) || other.confirmed(waiting, removal);
  }
}
