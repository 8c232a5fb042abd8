package io.gitops4j.reconcile;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Stage;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One pass as it is told: what it learns as it goes, and who hears of it. */
final class PassEvents {
  private final TargetId target;
  private final String operationId;
  private final ReconcileListener listener;
  private final Clock clock;
  private final LogKeys keys;
  private final boolean applies;
  private final Instant started;
  private final long startNanos = System.nanoTime();
  private Stage stage = Stage.SOURCE;
  private Optional<Revision> revision = Optional.empty();
  private Optional<Pin> pin = Optional.empty();
  private Optional<Pin> rollback = Optional.empty();

  PassEvents(
      TargetId target,
      OperationContext context,
      ReconcileListener listener,
      Clock clock,
      LogKeys keys,
      boolean applies) {
    this.keys = keys;
    this.applies = applies;
    this.target = target;
    this.operationId = context.operationId();
    this.listener = listener;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** The pass so far. */
  Pass pass() {
    return new Pass(
        operationId,
        target,
        revision,
        pin,
        rollback,
        started,
        Duration.ofNanos(System.nanoTime() - startNanos));
  }

  /** The pass comes to its next stage. */
  void reached(Stage next) {
    stage = next;
  }

  /** The end of a pass that a bug ended. */
  ReconcileOutcome broken(Throwable thrown) {
    return new ReconcileOutcome.Failed(pass(), Failure.defect(stage, thrown));
  }

  void started() {
    listener.started(new ReconcileEvent.Started(operationId, target, clock.instant(), applies));
  }

  void pinned(Pin held) {
    if (pin.isEmpty()) {
      listener.pinned(new ReconcileEvent.Pinned(operationId, target, clock.instant(), held));
    }
    pin = Optional.of(held);
  }

  void goesBack(Pin way) {
    rollback = Optional.of(way);
    listener.goesBack(new ReconcileEvent.GoesBack(operationId, target, clock.instant(), way));
  }

  void fetched(Revision found, boolean isNew) {
    revision = Optional.of(found);
    keys.revision(found);
    reached(Stage.RENDER);
    listener.fetched(
        new ReconcileEvent.Fetched(operationId, target, clock.instant(), found, isNew));
  }

  void rendered(Desired desired) {
    listener.rendered(
        new ReconcileEvent.Rendered(
            operationId, target, clock.instant(), desired.revision(), desired.digest()));
  }

  void compared(Plan<?> plan) {
    Instant now = clock.instant();
    listener.compared(new ReconcileEvent.Compared(operationId, target, now, plan));
    plan.changes().stream()
        .filter(c -> c.reason().drift())
        .forEach(c -> listener.drifted(new ReconcileEvent.Drifted(operationId, target, now, c)));
  }

  void contested(Fight fight) {
    listener.contested(new ReconcileEvent.Contested(operationId, target, clock.instant(), fight));
  }

  ReconcileOutcome held(Plan<?> plan, String reason) {
    if (applies) {
      listener.held(new ReconcileEvent.Held(operationId, target, clock.instant(), plan, reason));
    }
    return new ReconcileOutcome.Planned(pass(), plan, reason);
  }

  void changed(ChangeResult result) {
    listener.changed(new ReconcileEvent.Changed(operationId, target, clock.instant(), result));
  }

  void finished(ReconcileOutcome outcome) {
    listener.finished(
        new ReconcileEvent.Finished(operationId, target, clock.instant(), outcome, applies));
  }
}
