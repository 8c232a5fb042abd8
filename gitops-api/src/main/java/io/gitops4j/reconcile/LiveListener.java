package io.gitops4j.reconcile;

import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import java.util.Optional;

/**
 * Hears that something a target owns moved in its destination: a reason to run a pass, which tells
 * whether it is drift. Called on the thread of whoever watches: be quick and thread-safe. What it
 * throws is logged.
 */
@FunctionalInterface
public interface LiveListener {
  /**
   * Something moved.
   *
   * @param target whose
   * @param thing what; empty when the watch was interrupted and anything may have moved
   */
  void moved(TargetId target, Optional<ResourceId> thing);
}
