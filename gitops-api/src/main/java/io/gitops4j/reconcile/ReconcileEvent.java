package io.gitops4j.reconcile;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import java.time.Instant;

/** Something that happened in a pass. Immutable. */
public sealed interface ReconcileEvent {
  /**
   * Which pass.
   *
   * @return the id of its {@link io.gitops4j.operation.OperationContext}
   */
  String operationId();

  /**
   * Whose pass.
   *
   * @return the target
   */
  TargetId target();

  /**
   * When, by the reconciler's clock.
   *
   * @return the instant
   */
  Instant time();

  /**
   * A pass began.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param applies whether it is to make the destination as desired; false for one that stops at
   *     the plan
   */
  record Started(String operationId, TargetId target, Instant time, boolean applies)
      implements ReconcileEvent {}

  /**
   * A pin holds the target, so that the pass is not about where the source stands.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param pin what, who and why
   */
  record Pinned(String operationId, TargetId target, Instant time, Pin pin)
      implements ReconcileEvent {}

  /**
   * The revision of the pass turned out to be bad: the target goes back by itself.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param pin where to, from where, and why
   */
  record GoesBack(String operationId, TargetId target, Instant time, Pin pin)
      implements ReconcileEvent {}

  /**
   * The source gave the revision that the pass is about.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param revision where it stands, or where the target is pinned
   * @param isNew whether this reconciler sees it for the first time
   */
  record Fetched(
      String operationId, TargetId target, Instant time, Revision revision, boolean isNew)
      implements ReconcileEvent {}

  /**
   * The desired state was made.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param revision it was made of
   * @param digest of its content
   */
  record Rendered(
      String operationId, TargetId target, Instant time, Revision revision, Digest digest)
      implements ReconcileEvent {}

  /**
   * Desired and live were compared.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param plan what would be done
   */
  record Compared(String operationId, TargetId target, Instant time, Plan<?> plan)
      implements ReconcileEvent {}

  /**
   * A thing is not as it was applied, whatever is done about it.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when it was found
   * @param change its fields tell before, after, and who wrote them when
   */
  record Drifted(String operationId, TargetId target, Instant time, Change change)
      implements ReconcileEvent {}

  /**
   * Somebody else overwrites what is healed, again and again: healing it stops.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when it was noticed
   * @param fight who, over what
   */
  record Contested(String operationId, TargetId target, Instant time, Fight fight)
      implements ReconcileEvent {}

  /**
   * A gate or the policy holds the plan of a pass that was to apply it.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param plan that waits
   * @param reason why it waits
   */
  record Held(String operationId, TargetId target, Instant time, Plan<?> plan, String reason)
      implements ReconcileEvent {}

  /**
   * One change of the plan was tried.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param result what became of it
   */
  record Changed(String operationId, TargetId target, Instant time, ChangeResult result)
      implements ReconcileEvent {}

  /**
   * A pass ended.
   *
   * @param operationId which pass
   * @param target whose pass
   * @param time when
   * @param outcome how
   * @param applies whether it was to make the destination as desired; false for one that stops at
   *     the plan
   */
  record Finished(
      String operationId, TargetId target, Instant time, ReconcileOutcome outcome, boolean applies)
      implements ReconcileEvent {}
}
