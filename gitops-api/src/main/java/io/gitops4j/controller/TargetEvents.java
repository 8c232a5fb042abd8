package io.gitops4j.controller;

import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.TargetEvent;

/** Which method of a listener an event is for. */
final class TargetEvents {
  private TargetEvents() {}

  static void tell(TargetEvent event, ReconcileListener listener) {
    if (event instanceof TargetEvent.Retrying e) {
      listener.retrying(e);
    } else if (event instanceof TargetEvent.Waiting e) {
      listener.waiting(e);
    } else if (event instanceof TargetEvent.Quarantined e) {
      listener.quarantined(e);
    } else if (event instanceof TargetEvent.Released e) {
      listener.released(e);
    } else if (event instanceof TargetEvent.Suspended e) {
      listener.suspended(e);
    } else if (event instanceof TargetEvent.Resumed e) {
      listener.resumed(e);
    } else if (event instanceof TargetEvent.Gained e) {
      listener.gained(e);
    } else if (event instanceof TargetEvent.Lost e) {
      listener.lost(e);
    } else if (event instanceof TargetEvent.Stuck e) {
      listener.stuck(e);
    }
  }
}
