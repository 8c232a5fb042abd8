package io.gitops4j.reconcile;

import io.gitops4j.error.Stage;
import io.gitops4j.internal.thread.Turn;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One pass of a target at a time: a second caller waits. Thread-safe. */
final class PassTurn {
  private final TargetId target;
  private final Turn turn = new Turn();

  /** Of whoever has the turn. */
  private @Nullable OperationContext running;

  private boolean superseded;

  PassTurn(TargetId target) {
    this.target = target;
  }

  /** Does something when nobody else does. */
  <T> T in(OperationContext context, Supplier<T> what) {
    if (turn.mine()) {
      throw new IllegalStateException("a pass of " + target + " was started from inside a pass");
    }
    turn.take("another pass of " + target, Stage.SOURCE, context);
    try {
      begins(context);
      return what.get();
    } finally {
      ends();
      turn.end();
    }
  }

  private synchronized void begins(OperationContext context) {
    running = context;
    superseded = false;
  }

  /** What comes after it in the same operation is about what is wanted by then. */
  private synchronized void ends() {
    if (running != null && superseded) {
      running.passEnded();
    }
    running = null;
  }

  /** Whoever has the turn need not wait for what it applied to become well. */
  synchronized void supersede() {
    if (running != null) {
      running.supersedePass();
      superseded = true;
    }
  }
}
