package io.gitops4j.controller;

import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Pin;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Something that the board decides on. */
sealed interface BoardEvent {
  /** Time passed. */
  record Tick() implements BoardEvent {}

  /** Targets are asked for, at one moment. */
  record Triggered(List<TargetId> targets, Cause cause) implements BoardEvent {}

  /** A running pass learned which revision it is about, and what holds it there. */
  record Found(TargetId target, Revision revision, Optional<Pin> pin) implements BoardEvent {}

  /** A pass ended. */
  record Ended(TargetId target, PassResult result) implements BoardEvent {}

  /** A look at the source ended. */
  record Looked(TargetId target, BoardAction.Place place, boolean newer) implements BoardEvent {}

  /** A pass, or a look in place of one, does not end, though it should have. */
  record Stuck(TargetId target, long ranNanos) implements BoardEvent {}

  /** No more passes of a target, until it is resumed. */
  record Suspended(TargetId target) implements BoardEvent {}

  /** Passes of a target again. */
  record Resumed(TargetId target) implements BoardEvent {}

  /**
   * What this replica may write.
   *
   * @param targets which
   * @param look the number of the look at the leases: of two, the one that began later counts
   */
  record Led(Set<TargetId> targets, long look) implements BoardEvent {}

  /** Passes may begin; what happened before is known, and waits for this. */
  record Started() implements BoardEvent {}

  /** No more passes at all. */
  record Stopped() implements BoardEvent {}
}
