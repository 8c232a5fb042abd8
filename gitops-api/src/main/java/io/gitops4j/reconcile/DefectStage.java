package io.gitops4j.reconcile;

import io.gitops4j.error.Failure;
import io.gitops4j.error.Stage;

/**
 * Hears in which stage a defect ended a pass: for who runs passes, and gets only what was thrown.
 * For one target. Thread-safe.
 */
public final class DefectStage implements ReconcileListener {
  private volatile Stage stage = Stage.PASS;

  /** Nothing was heard yet. */
  public DefectStage() {}

  /**
   * Where it was.
   *
   * @return the stage; {@link Stage#PASS} when no pass has told of a defect
   */
  public Stage stage() {
    return stage;
  }

  @Override
  public void started(ReconcileEvent.Started event) {
    stage = Stage.PASS;
  }

  @Override
  public void finished(ReconcileEvent.Finished event) {
    stage =
        event
            .outcome()
            .firstFailure()
            .filter(f -> f.code().equals(Failure.BROKEN))
            .map(Failure::stage)
            .orElse(Stage.PASS);
  }
}
