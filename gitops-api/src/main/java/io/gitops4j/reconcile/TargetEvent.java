package io.gitops4j.reconcile;

import io.gitops4j.error.Failure;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Something that happened to a target between its passes. Immutable. */
public sealed interface TargetEvent {
  /**
   * Whose.
   *
   * @return the target
   */
  TargetId target();

  /**
   * When, by the controller's clock.
   *
   * @return the instant
   */
  Instant time();

  /**
   * Calls the listener's method for this event.
   *
   * @param listener who hears of it
   */
  void tell(ReconcileListener listener);

  /**
   * A pass failed and is run again.
   *
   * @param target whose
   * @param time when
   * @param failed how many passes of this revision failed so far
   * @param pause until the next
   */
  record Retrying(TargetId target, Instant time, int failed, Duration pause)
      implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.retrying(this);
    }
  }

  /**
   * It has to wait for another target.
   *
   * @param target whose
   * @param time when
   * @param reason for whom, and why that one is not ready
   */
  record Waiting(TargetId target, Instant time, String reason) implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.waiting(this);
    }
  }

  /**
   * A revision failed so often that it is not tried any more.
   *
   * @param target whose
   * @param time when
   * @param revision that is left alone until it changes or somebody asks; empty when it is unknown
   * @param failed how many passes of it failed
   * @param failure of the last one
   */
  record Quarantined(
      TargetId target, Instant time, Optional<Revision> revision, int failed, Failure failure)
      implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.quarantined(this);
    }
  }

  /**
   * A quarantine ended.
   *
   * @param target whose
   * @param time when
   * @param reason why
   */
  record Released(TargetId target, Instant time, String reason) implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.released(this);
    }
  }

  /**
   * It runs no passes until it is resumed.
   *
   * @param target whose
   * @param time when
   */
  record Suspended(TargetId target, Instant time) implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.suspended(this);
    }
  }

  /**
   * It runs passes again.
   *
   * @param target whose
   * @param time when
   */
  record Resumed(TargetId target, Instant time) implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.resumed(this);
    }
  }

  /**
   * This replica got the right to write.
   *
   * @param target whose
   * @param time when
   */
  record Gained(TargetId target, Instant time) implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.gained(this);
    }
  }

  /**
   * This replica has the right to write no more.
   *
   * @param target whose
   * @param time when
   */
  record Lost(TargetId target, Instant time) implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.lost(this);
    }
  }

  /**
   * A pass, or a look in place of one, did not end though its time was over and its thread was
   * interrupted. Its worker is given to others; the target has to wait for it.
   *
   * @param target whose
   * @param time when
   * @param ran how long so far
   */
  record Stuck(TargetId target, Instant time, Duration ran) implements TargetEvent {
    @Override
    public void tell(ReconcileListener listener) {
      listener.stuck(this);
    }
  }
}
