package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * Targets that know of each other, and tell when one of them has to run: what one finds in its
 * repository wakes none of the others. They stay on one replica.
 */
public interface TargetGroup {
  /**
   * Its targets.
   *
   * @return all of them, always the same
   */
  List<ScheduledTarget> targets();

  /**
   * Is called when the controller starts.
   *
   * @param due asks for a pass of one of the targets now; ends a quarantine, as a dependency that
   *     was applied does
   * @param workers what may take its time runs there; lent
   * @param timer to wake at a moment; nothing that takes its time runs on it; lent
   */
  void connect(Consumer<TargetId> due, Executor workers, ScheduledExecutorService timer);
}
