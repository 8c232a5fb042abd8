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
}
