package io.gitops4j.reconcile;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Passes that failed, run again; and the pass that goes back from a bad revision.
 *
 * @param retry how often
 * @param newer looks for another revision than the one that failed
 */
record PassLoop(
    RetryPolicy retry, BiFunction<Revision, OperationContext, Optional<Revision>> newer) {
  /** How often a wait looks for a newer revision. */
  private static final Duration LOOK = Duration.ofSeconds(15);

  /** The first pass, and the next ones as long as it is worth it; ends as the last one did. */
  ReconcileOutcome run(
      Supplier<ReconcileOutcome> first, Supplier<ReconcileOutcome> next, OperationContext context) {
    ReconcileOutcome outcome = first.get();
    // Who supersedes all of it runs the next pass, with a limit of its own.
    for (int failed = 1; worthAnother(outcome) && !context.superseded(); failed++) {
      if (outcome.pass().rollback().isPresent()) {
        outcome = next.get();
        failed = 0;
        continue;
      }
      Optional<Duration> wait = retry.after(failed);
      // A wait that cannot end in time would only hide why the pass failed.
      if (wait.isEmpty() || context.untilDeadline(wait.get()).compareTo(wait.get()) < 0) {
        break;
      }
      try {
        await(wait.get(), outcome.pass().revision(), context);
      } catch (OperationCancelledException e) {
        break;
      }
      outcome = next.get();
    }
    return outcome;
  }

  private static boolean worthAnother(ReconcileOutcome outcome) {
    if (outcome.pass().rollback().isPresent()) {
      return true;
    }
    return switch (outcome.kind()) {
      case IN_SYNC, PLANNED, APPLIED -> false;
      case INCOMPLETE -> true;
      case FAILED -> outcome.firstFailure().orElseThrow().retryability() != Retryability.NEVER;
    };
  }

  /** What failed may be mended in Git before the wait is over. */
  private void await(Duration wait, Optional<Revision> failed, OperationContext context) {
    Duration left = wait;
    while (!left.isZero()) {
      Duration slice = left.compareTo(LOOK) < 0 ? left : LOOK;
      context.pause(slice, Stage.SOURCE);
      left = left.minus(slice);
      if (!left.isZero() && failed.isPresent() && newer.apply(failed.get(), context).isPresent()) {
        return;
      }
    }
  }
}
