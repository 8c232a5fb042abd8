package io.gitops4j.reconcile;

import io.gitops4j.error.InventoryException;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.List;

/** Where the record of passes is kept. Bounded: the oldest entries go first. Thread-safe. */
public interface HistoryStore {
  /**
   * Adds an entry. One of the same pass ({@link HistoryEntry#samePass}) takes the place of the one
   * that is kept, so that a pass may be recorded before it ends, and again.
   *
   * @param target whose
   * @param entry what happened
   * @param context of the pass
   * @throws InventoryException when it cannot be stored
   */
  void add(TargetId target, HistoryEntry entry, OperationContext context);

  /**
   * What is kept.
   *
   * @param target whose
   * @param context of the pass
   * @return the entries, newest first
   * @throws InventoryException when they cannot be read
   */
  List<HistoryEntry> list(TargetId target, OperationContext context);

  /**
   * How many entries of a target are kept at most. Contacts nothing.
   *
   * @return the most; as many as there are, unless a store says otherwise
   */
  default int limit() {
    return Integer.MAX_VALUE;
  }
}
