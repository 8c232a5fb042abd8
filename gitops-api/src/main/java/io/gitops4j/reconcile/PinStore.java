package io.gitops4j.reconcile;

import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.Optional;

/**
 * Where a target's pin is kept, so that it outlives the process and other replicas see it. Asked in
 * every pass: where the destination is watched, it should cost no request. Thread-safe.
 */
public interface PinStore {
  /**
   * The pin that is kept.
   *
   * @param target whose
   * @param context of the pass
   * @return the pin, empty when there is none
   * @throws InventoryException when it cannot be read; never taken for none
   */
  Optional<Pin> load(TargetId target, OperationContext context);

  /**
   * Keeps a pin in place of the one before.
   *
   * @param target whose
   * @param pin what to keep
   * @param context of the pass
   * @throws InventoryException when it cannot be stored
   */
  void save(TargetId target, Pin pin, OperationContext context);

  /**
   * Keeps none; not an error when there was none.
   *
   * @param target whose
   * @param context of the pass
   * @throws InventoryException when it cannot be removed
   */
  void remove(TargetId target, OperationContext context);

  /**
   * For a destination that can keep none.
   *
   * @return a store that has nothing and refuses to keep anything
   */
  static PinStore none() {
    return new PinStore() {
      @Override
      public Optional<Pin> load(TargetId target, OperationContext context) {
        return Optional.empty();
      }

      @Override
      public void save(TargetId target, Pin pin, OperationContext context) {
        throw new InventoryException(
            "PIN-UNSUPPORTED",
            Retryability.NEVER,
            target.name(),
            "its destination cannot keep a pin, so it cannot be rolled back",
            "bring the earlier content back as a new revision of the source",
            null);
      }

      @Override
      public void remove(TargetId target, OperationContext context) {
        // There is none.
      }
    };
  }
}
