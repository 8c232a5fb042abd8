package io.gitops4j.apply;

import io.gitops4j.diff.Plan;
import io.gitops4j.error.ApplyException;
import io.gitops4j.error.InventoryException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import java.util.function.Consumer;

/**
 * Applies a plan as it stands; never decides anew. Thread-safe.
 *
 * @param <D> what it applies
 */
public interface Applier<D extends Desired> {
  /**
   * What it applies, for wiring by name.
   *
   * @return the type
   */
  Class<D> desiredType();

  /**
   * Applies. What is about to be created is in the stored inventory before the first write; what
   * was written, and what could not be removed, is in it afterwards.
   *
   * @param plan what to do; a thing that moved since it was compared fails as stale
   * @param progress gets every result as it comes, on the thread that made it
   * @param context of the pass, checked before each write
   * @return every result; one that failed is data
   * @throws ApplyException when nothing could be applied
   * @throws InventoryException when what is owned could not be stored
   * @throws OperationCancelledException when the pass was cancelled; what was written is in the
   *     inventory
   */
  Outcome apply(Plan<D> plan, Consumer<ChangeResult> progress, OperationContext context);
}
