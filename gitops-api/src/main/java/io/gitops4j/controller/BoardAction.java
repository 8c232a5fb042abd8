package io.gitops4j.controller;

import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.TargetEvent;

/** Something that the board decided. */
sealed interface BoardAction {
  /**
   * Run a pass.
   *
   * @param target of which
   * @param notBefore when a shared answer of the source must have been asked for
   */
  record Run(TargetId target, long notBefore) implements BoardAction {}

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
