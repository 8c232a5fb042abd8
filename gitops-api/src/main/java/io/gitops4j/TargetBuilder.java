package io.gitops4j;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.AutoRollback;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.SourceProvider;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A target with everything it needs, and what may be said besides. Not thread-safe.
 *
 * @param <D> the kind of desired state
 */
public final class TargetBuilder<D extends Desired> {
  /** The bad revision's pass, and the one before. */
  private static final int WAY_BACK = 2;

  private final TargetId target;
  private final SourceProvider source;
  private final Renderer<D> renderer;
  private final Destination<D> destination;
  private final List<Gate> gates = new ArrayList<>();
  private final List<ReconcileListener> listeners = new ArrayList<>();
  private SyncPolicy policy = SyncPolicy.standard();
  private PruneConfirmation confirmation = PruneConfirmation.none();
  private Optional<AutoRollback> rollback = Optional.empty();
  private Optional<RetryPolicy> retry = Optional.empty();
  private Clock clock = Clock.systemUTC();

  TargetBuilder(
      TargetId target, SourceProvider source, Renderer<D> renderer, Destination<D> destination) {
    this.target = target;
    this.source = source;
    this.renderer = renderer;
    this.destination = destination;
  }

  /**
   * Says what the target may do on its own. Default: {@link SyncPolicy#standard()}.
   *
   * @param rules the policy
   * @return this
   */
  public TargetBuilder<D> policy(SyncPolicy rules) {
    policy = Objects.requireNonNull(rules, "rules");
    return this;
  }

  /**
   * Says who permits removals that wait for it. Default: {@link PruneConfirmation#none()}.
   *
   * @param permission asked in every pass, for each of them
   * @return this
   */
  public TargetBuilder<D> confirmation(PruneConfirmation permission) {
    confirmation = Objects.requireNonNull(permission, "permission");
    return this;
  }

  /**
   * Says that the target goes back by itself when a revision turns out to be bad. Default: it does
   * not. The destination must keep two passes in history, the bad one and the one to go back to.
   *
   * @param rules for how long after a revision came, and how
   * @return this
   */
  public TargetBuilder<D> autoRollback(AutoRollback rules) {
    rollback = Optional.of(rules);
    return this;
  }

  /**
   * Says how often a pass that failed is run again. Default: it is not; under a controller what
   * that does by default.
   *
   * @param rules the policy
   * @return this
   */
  public TargetBuilder<D> retry(RetryPolicy rules) {
    retry = Optional.of(rules);
    return this;
  }

  /**
   * Adds a gate that every plan must pass, after those added before. Default: none.
   *
   * @param gate the gate
   * @return this
   */
  public TargetBuilder<D> gate(Gate gate) {
    gates.add(Objects.requireNonNull(gate, "gate"));
    return this;
  }

  /**
   * Adds somebody who hears of every pass.
   *
   * @param listener the listener
   * @return this
   */
  public TargetBuilder<D> listener(ReconcileListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Says which clock times events and history. Default: the system's, in UTC.
   *
   * @param times the clock
   * @return this
   */
  public TargetBuilder<D> clock(Clock times) {
    clock = Objects.requireNonNull(times, "times");
    return this;
  }

  /**
   * Makes the reconciler. Nothing is contacted yet.
   *
   * @return a reconciler for this target
   * @throws ConfigurationException when it could never go back by itself, though it is to
   */
  public Reconciler<D> build() {
    if (rollback.isPresent() && destination.history().limit() < WAY_BACK) {
      throw new ConfigurationException(
          "target " + target,
          List.of(
              "autoRollback finds the revision to go back to in history, of which its destination"
                  + " keeps too little: set historyLimit to at least "
                  + WAY_BACK
                  + ", not "
                  + destination.history().limit()));
    }
    return new Reconciler<>(
        target,
        source,
        renderer,
        destination,
        policy,
        confirmation,
        rollback,
        retry,
        gates,
        listeners,
        clock);
  }
}
