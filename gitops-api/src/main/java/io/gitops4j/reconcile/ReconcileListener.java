package io.gitops4j.reconcile;

import java.util.List;

/**
 * Hears what happens in a pass and between passes. Called on the thread where it happens, which
 * during an apply may be several at once: be quick and thread-safe. What it throws is logged and
 * changes nothing.
 */
public interface ReconcileListener {
  /**
   * Many as one that never throws.
   *
   * @param listeners who hears, in this order
   * @return a listener that tells each of them, and logs what one throws
   */
  static ReconcileListener all(List<ReconcileListener> listeners) {
    return new Listeners(listeners);
  }

  /**
   * A pass began.
   *
   * @param event which
   */
  default void started(ReconcileEvent.Started event) {}

  /**
   * A pin holds the target in this pass.
   *
   * @param event which
   */
  default void pinned(ReconcileEvent.Pinned event) {}

  /**
   * The revision turned out to be bad, and the target goes back by itself.
   *
   * @param event where to, and why
   */
  default void goesBack(ReconcileEvent.GoesBack event) {}

  /**
   * The source gave the revision that the pass is about.
   *
   * @param event which
   */
  default void fetched(ReconcileEvent.Fetched event) {}

  /**
   * The desired state was made anew.
   *
   * @param event of which revision
   */
  default void rendered(ReconcileEvent.Rendered event) {}

  /**
   * Desired and live were compared; drift is in the plan's changes.
   *
   * @param event the plan
   */
  default void compared(ReconcileEvent.Compared event) {}

  /**
   * A thing is not as it was applied.
   *
   * @param event what moved, and who moved it
   */
  default void drifted(ReconcileEvent.Drifted event) {}

  /**
   * Healing of a thing stops, because somebody else overwrites it again and again.
   *
   * @param event who, over what
   */
  default void contested(ReconcileEvent.Contested event) {}

  /**
   * A gate or the policy holds the plan of a pass that was to apply it. Not told where only the
   * plan was asked for.
   *
   * @param event why
   */
  default void held(ReconcileEvent.Held event) {}

  /**
   * One change was tried.
   *
   * @param event what became of it
   */
  default void changed(ReconcileEvent.Changed event) {}

  /**
   * A pass ended. What a defect ended is told as {@code PASS-BROKEN}; its caller gets what was
   * thrown.
   *
   * @param event how
   */
  default void finished(ReconcileEvent.Finished event) {}

  /**
   * A pass failed and is run again.
   *
   * @param event when
   */
  default void retrying(TargetEvent.Retrying event) {}

  /**
   * A target has to wait for another.
   *
   * @param event for whom, and why
   */
  default void waiting(TargetEvent.Waiting event) {}

  /**
   * A revision is not tried any more.
   *
   * @param event which, and why
   */
  default void quarantined(TargetEvent.Quarantined event) {}

  /**
   * A quarantine ended.
   *
   * @param event why
   */
  default void released(TargetEvent.Released event) {}

  /**
   * A target runs no passes until it is resumed.
   *
   * @param event which
   */
  default void suspended(TargetEvent.Suspended event) {}

  /**
   * A target runs passes again.
   *
   * @param event which
   */
  default void resumed(TargetEvent.Resumed event) {}

  /**
   * This replica got the right to write.
   *
   * @param event for which target
   */
  default void gained(TargetEvent.Gained event) {}

  /**
   * This replica has the right to write no more.
   *
   * @param event for which target
   */
  default void lost(TargetEvent.Lost event) {}

  /**
   * A pass does not end.
   *
   * @param event whose
   */
  default void stuck(TargetEvent.Stuck event) {}
}
