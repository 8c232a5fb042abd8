package io.gitops4j.k8s.internal.order;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;

/** Tells what is recorded of the syncs of a target. Thread-safe. */
@FunctionalInterface
public interface SyncRecords {
  /**
   * The record beside an inventory, {@link SyncRecord#NONE} when there is none: an inventory that
   * names none is believed without asking.
   */
  SyncRecord beside(Inventory inventory, TargetId target, OperationContext context);
}
