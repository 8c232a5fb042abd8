package io.gitops4j.reconcile;

import io.gitops4j.gate.Gate;
import io.gitops4j.operation.OperationContext;
import java.util.List;
import java.util.Optional;

/**
 * What one pass is asked for.
 *
 * @param context with its deadline and cancellation
 * @param selection of the things
 * @param gates asked in order
 * @param told hears of it
 * @param purpose what it is for
 * @param wish to be pinned; empty when the pass finds the target as it is
 */
record PassRequest(
    OperationContext context,
    Selection selection,
    List<Gate> gates,
    ReconcileListener told,
    Purpose purpose,
    Optional<Rollback> wish) {
  /** What a pass is for. */
  enum Purpose {
    /** To make the destination as desired. */
    APPLY,
    /** The same, and only where nothing of the target is left. */
    RESTORE,
    /** To see what that would be. */
    PLAN
  }

  PassRequest(
      OperationContext context,
      Selection selection,
      List<Gate> gates,
      ReconcileListener told,
      Purpose purpose) {
    this(context, selection, gates, told, purpose, Optional.empty());
  }

  PassRequest planning() {
    return new PassRequest(context, selection, gates, told, Purpose.PLAN, wish);
  }

  PassRequest wishing(Rollback rollback) {
    return new PassRequest(context, selection, gates, told, purpose, Optional.of(rollback));
  }

  PassRequest restoring(Rollback wish) {
    return new PassRequest(context, selection, gates, told, Purpose.RESTORE, Optional.of(wish));
  }

  boolean applies() {
    return purpose != Purpose.PLAN;
  }
}
