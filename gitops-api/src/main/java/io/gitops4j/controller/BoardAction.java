package io.gitops4j.controller;

import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.TargetEvent;

/** Something that the board decided. */
sealed interface BoardAction {
  /**
   * Run a pass.
   *
   * @param target of which
   * @param notBefore when a shared answer of the source must have been asked for
   * @param purpose what for
   */
  record Run(TargetId target, long notBefore, Purpose purpose) implements BoardAction {}

  /**
   * What a pass is for.
   *
   * @param trigger what began it
   * @param turn whether it begins something
   */
  record Purpose(Trigger trigger, Turn turn) {}

  /** Whether a pass begins something. */
  enum Turn {
    /** It is the first. */
    FIRST,
    /** It tries again what one before could not bring to its end, or takes that back. */
    AGAIN
  }

  /**
   * Ask the source for a newer revision, and do no more. Ends with {@link BoardEvent.Looked}.
   *
   * @param target whose source
   * @param than the revision that is known
   * @param notBefore as for a pass
   * @param place whether it is all there is to do, or runs beside a pass
   */
  record Look(TargetId target, Revision than, long notBefore, Place place) implements BoardAction {}

  /** Where a look happens. */
  enum Place {
    /** In place of a pass. */
    ALONE,
    /** While a pass of the target runs. */
    BESIDE
  }

  /**
   * Tell the running pass that there is a newer revision.
   *
   * @param target of which
   */
  record Supersede(TargetId target) implements BoardAction {}

  /**
   * Tell the running pass that it is the first of what it found.
   *
   * @param target of which
   */
  record BeginAnew(TargetId target) implements BoardAction {}

  /**
   * Heal again what was fought over.
   *
   * @param target of which
   */
  record HealAgain(TargetId target) implements BoardAction {}

  /**
   * Tell the listeners.
   *
   * @param event what
   */
  record Tell(TargetEvent event) implements BoardAction {}
}
