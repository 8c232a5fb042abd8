package io.gitops4j.diff;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.InventoryException;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;

/**
 * Compares desired and live. Never writes. Thread-safe.
 *
 * @param <D> what it compares
 */
public interface Differ<D extends Desired> {
  /**
   * What it compares, for wiring by name.
   *
   * @return the type
   */
  Class<D> desiredType();

  /**
   * Compares.
   *
   * @param desired the whole desired state; an empty one plans the removal of everything owned
   * @param target whose
   * @param context of the pass
   * @return a plan with one change for every thing desired or owned
   * @throws DiffException when a part of the destination cannot be seen: unknown is not absent
   * @throws InventoryException when what is owned cannot be loaded
   */
  Plan<D> diff(D desired, TargetId target, OperationContext context);

  /**
   * One change of a plan as unified text, for a person. Secret values are masked. Asks the
   * destination only for what the plan does not hold.
   *
   * @param plan that this differ made
   * @param change of the plan
   * @param context of the pass
   * @return the text, empty when there is nothing to show
   * @throws DiffException when what the plan was made against moved since
   */
  default String unified(Plan<D> plan, Change change, OperationContext context) {
    return FieldHunks.of(change);
  }
}
