package io.gitops4j.inventory;

import io.gitops4j.error.InventoryException;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;

/** Tells what a target owns. Thread-safe. */
@FunctionalInterface
public interface InventoryReader {
  /**
   * The inventory of a target.
   *
   * @param target whose
   * @param context of the pass
   * @return what it owns, or {@link Inventory#empty()} when it never owned anything
   * @throws InventoryException when it cannot be read or is damaged; never taken for empty
   */
  Inventory load(TargetId target, OperationContext context);
}
