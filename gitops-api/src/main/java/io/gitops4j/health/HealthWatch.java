package io.gitops4j.health;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.InventoryException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Optional;

/** Follows how a target fares. For one thread, which does all the waiting. */
public interface HealthWatch extends AutoCloseable {
  /**
   * Waits for a change. The first call answers at once.
   *
   * @param atMost how long to wait, positive
   * @param context of the call
   * @return how it is now, when that is not what the call before has told; empty when the time is
   *     over
   * @throws DiffException when the destination cannot be asked; the next call asks again
   * @throws InventoryException when it cannot be told what the target owns; the next call asks
   *     again
   * @throws OperationCancelledException when the context ends
   */
  Optional<HealthTree> next(Duration atMost, OperationContext context);

  /** Ends what it has opened. */
  @Override
  void close();
}
