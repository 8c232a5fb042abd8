package io.gitops4j.reconcile;

/**
 * Hears what happens in a pass. Called on the thread where it happens, which during an apply may be
 * several at once: be quick and thread-safe. What it throws is logged and changes nothing.
 */
public interface ReconcileListener {
  /**
   * A pass began.
   *
   * @param event which
   */
  default void started(ReconcileEvent.Started event) {}

  /**
   * The source told where it stands.
   *
   * @param event where
   */
  default void fetched(ReconcileEvent.Fetched event) {}

  /**
   * Desired and live were compared; drift is in the plan's changes.
   *
   * @param event the plan
   */
  default void compared(ReconcileEvent.Compared event) {}

  /**
   * One change was tried.
   *
   * @param event what became of it
   */
  default void changed(ReconcileEvent.Changed event) {}

  /**
   * A pass ended.
   *
   * @param event how
   */
  default void finished(ReconcileEvent.Finished event) {}
}
