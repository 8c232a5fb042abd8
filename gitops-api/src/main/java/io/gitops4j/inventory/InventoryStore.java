package io.gitops4j.inventory;

import io.gitops4j.error.InventoryException;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;

/** Where a provider keeps inventories that nothing else holds for it. Thread-safe. */
public interface InventoryStore extends InventoryReader {
  /**
   * Stores an inventory in place of the one that it was made from.
   *
   * @param target whose
   * @param inventory what to store; its version is the one last loaded or saved
   * @param context of the pass
   * @return the same entries with the new version
   * @throws InventoryException with code {@code INVENTORY-CONFLICT} when somebody else stored one
   *     in between; nothing is changed then
   */
  Inventory save(TargetId target, Inventory inventory, OperationContext context);
}
