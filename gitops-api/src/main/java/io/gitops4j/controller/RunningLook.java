package io.gitops4j.controller;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Reconciler;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A look at a source while it runs. */
final class RunningLook extends Overseen {
  private static final Logger LOG = LoggerFactory.getLogger(GitOpsController.class);

  private final BoardAction.Look look;

  RunningLook(BoardAction.Look look, OperationContext context, long started, Duration limit) {
    super(look.target(), context, started, limit);
    this.look = look;
  }

  BoardAction.Place place() {
    return look.place();
  }

  /** Looks, and never throws: a look that fails has found nothing. */
  boolean findsNewer(Reconciler<?> reconciler) {
    begin();
    try {
      return reconciler.newer(look.than(), context()).isPresent();
    } catch (Throwable thrown) { // one target's defect must not reach the others
      LOG.error("looking for a newer revision of {} failed", target(), thrown);
      return false;
    } finally {
      end();
    }
  }

  @Override
  boolean hasWorker() {
    return look.place() == BoardAction.Place.ALONE;
  }
}
