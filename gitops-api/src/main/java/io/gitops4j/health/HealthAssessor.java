package io.gitops4j.health;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.InventoryException;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.SortedMap;

/** Tells how well the things are that a target owns. Thread-safe. */
public interface HealthAssessor {
  /**
   * Looks at everything in the target's inventory.
   *
   * @param target whose
   * @param context of the pass
   * @return a health for every entry; {@link HealthStatus#MISSING} for what is not there
   * @throws DiffException when the destination cannot be asked
   * @throws InventoryException when it cannot be told what the target owns
   */
  SortedMap<ResourceId, Health> assess(TargetId target, OperationContext context);

  /**
   * Looks at everything in the target's inventory, and at what that made in turn, where the
   * destination knows.
   *
   * @param target whose
   * @param context of the pass
   * @return the tree, with a root for every entry
   * @throws DiffException when the destination cannot be asked
   * @throws InventoryException when it cannot be told what the target owns
   */
  default HealthTree tree(TargetId target, OperationContext context) {
    return HealthTree.flat(assess(target, context));
  }

  /**
   * Follows the tree of a target.
   *
   * @param target whose
   * @return a watch that looks again at the end of each wait, unless the destination tells of
   *     changes by itself; the caller closes it
   */
  default HealthWatch watch(TargetId target) {
    return new HealthPoll(this, target);
  }
}
