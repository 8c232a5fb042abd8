package io.gitops4j.k8s.internal.order;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;

/** Tells what is recorded of the syncs of a target. Thread-safe. */
@FunctionalInterface
public interface SyncRecords {
  /** The record, {@link SyncRecord#NONE} when there is none; what was read last may be enough. */
  SyncRecord load(TargetId target, OperationContext context);

  /** The record beside an inventory; one that names none is believed without asking. */
  default SyncRecord beside(Inventory inventory, TargetId target, OperationContext context) {
    return inventory.records().contains(SyncRecord.NAME) ? load(target, context) : SyncRecord.NONE;
  }
}
