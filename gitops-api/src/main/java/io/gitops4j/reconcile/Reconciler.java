package io.gitops4j.reconcile;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Runs passes for one target on the caller's thread: fetch, render, compare, ask the gates, apply,
 * record. Thread-safe: one pass at a time, a second caller waits its turn.
 *
 * @param <D> the kind of desired state
 */
public final class Reconciler<D extends Desired> {
  private final TargetId target;
  private final SourceProvider source;
  private final Destination<D> destination;
  private final SyncPolicy policy;
  private final Optional<RetryPolicy> retry;
  private final List<Gate> gates;
  private final ReconcileListener listener;
  private final Retries retries = Retries.standard();
  private final Pinning pinning;
  private final Passes<D> passes;

  /**
   * Makes a reconciler; {@link io.gitops4j.GitOps} is the convenient way.
   *
   * @param target whose passes
   * @param source where revisions come from; not closed
   * @param renderer what makes the desired state
   * @param destination where it goes; not closed
   * @param policy what may happen on its own
   * @param confirmation who permits removals that wait for it
   * @param rollback whether it goes back by itself; empty when it does not
   * @param retry how often a pass that failed is run again; empty where nobody says
   * @param gates asked in order; the first that holds a plan ends the pass
   * @param listeners who hears of it
   * @param clock for the times in events and history
   */
  public Reconciler(
      TargetId target,
      SourceProvider source,
      Renderer<D> renderer,
      Destination<D> destination,
      SyncPolicy policy,
      PruneConfirmation confirmation,
      Optional<AutoRollback> rollback,
      Optional<RetryPolicy> retry,
      List<Gate> gates,
      List<ReconcileListener> listeners,
      Clock clock) {
    this.target = Objects.requireNonNull(target, "target");
    this.source = Objects.requireNonNull(source, "source");
    this.destination = Objects.requireNonNull(destination, "destination");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.retry = Objects.requireNonNull(retry, "retry");
    this.gates = List.copyOf(gates);
    this.listener = ReconcileListener.all(listeners);
    this.pinning = new Pinning(target, source, destination.pins(), retries, clock);
    this.passes =
        new Passes<>(
            target,
            new Rendering<>(source, Objects.requireNonNull(renderer, "renderer"), retries),
            destination,
            policy,
            Objects.requireNonNull(confirmation, "confirmation"),
            pinning,
            new Probation(target, rollback, destination, retries, clock),
            retries,
            Objects.requireNonNull(clock, "clock"));
  }

  /**
   * Whose passes.
   *
   * @return the target
   */
  public TargetId target() {
    return target;
  }

  /**
   * One pass without a time limit.
   *
   * @return how it ended
   */
  public ReconcileOutcome reconcile() {
    return reconcile(OperationContext.create());
  }

  /**
   * One pass; when it fails, as many more as the {@link RetryPolicy} allows; and when its revision
   * turned out to be bad, the one that goes back ({@link AutoRollback}). Listeners hear of each. A
   * newer revision ends the wait before the next.
   *
   * @param context with its deadline and cancellation, for all of them
   * @return how the last one ended; expected errors are {@link ReconcileOutcome.Failed}, a bug is
   *     thrown
   */
  public ReconcileOutcome reconcile(OperationContext context) {
    return reconcile(context, Selection.all());
  }

  /**
   * As {@link #reconcile(OperationContext)}, for some things only.
   *
   * @param context with its deadline and cancellation, for all passes
   * @param selection of the things; hooks run with them
   * @return how the last one ended
   */
  public ReconcileOutcome reconcile(OperationContext context, Selection selection) {
    Supplier<ReconcileOutcome> pass = () -> passes.run(request(context, selection));
    return loop().run(pass, pass, context);
  }

  private PassLoop loop() {
    return new PassLoop(retry.orElseGet(RetryPolicy::none), this::newer);
  }

  private PassRequest request(OperationContext context, Selection selection) {
    return new PassRequest(context, selection, gates, listener, PassRequest.Purpose.APPLY);
  }

  /** Nothing goes back, or is restored, unless somebody asks for it. */
  private PassRequest asked(OperationContext context) {
    return request(context.withTrigger(Trigger.MANUAL), Selection.all());
  }

  /**
   * Goes back to a revision and stays there, also while the target is reconciled on its own: pins
   * it and runs a pass, which prunes, heals and asks the gates as every pass does that somebody
   * asked for, whatever the context says. A revision that cannot be had or rendered leaves
   * everything as it was. A pass that waits for another revision to become well waits no more.
   *
   * @param wish which revision, and for how long
   * @param context with its deadline and cancellation, for all passes
   * @return how the last pass ended
   */
  public ReconcileOutcome rollback(Rollback wish, OperationContext context) {
    passes.supersede();
    PassRequest request = asked(context);
    AtomicBoolean kept = new AtomicBoolean();
    Supplier<ReconcileOutcome> pass =
        () -> {
          // Until the pin is kept a pass without the wish would go to where the source stands.
          ReconcileOutcome outcome = passes.run(kept.get() ? request : request.wishing(wish));
          kept.compareAndSet(false, outcome.pass().pin().isPresent());
          return outcome;
        };
    return loop().run(pass, pass, context);
  }

  /**
   * Brings the target back where nothing of it is left: a new cluster in place of one that was
   * lost. Pins the revision, applies it in the order of every pass, and waits until all of it is
   * well, as long as the context allows, 10 minutes when it has no deadline. What somebody else put
   * back before is taken over as the adoption policy of the destination says. What was interrupted
   * goes on when it is asked for again. The pin, and with it history, tells that it was restored,
   * by whom and why.
   *
   * @param wish which revision, and for how long the target stays there
   * @param context with its deadline and cancellation, for all passes
   * @return how it ended; {@code RESTORE-NOT-EMPTY} when the target still owns what is live, {@code
   *     RESTORE-UNWELL} when all is applied and something did not become well
   */
  public ReconcileOutcome restore(Rollback wish, OperationContext context) {
    PassRequest request = asked(context).restoring(wish.because(Pin.RESTORED + wish.why()));
    Supplier<ReconcileOutcome> pass = () -> passes.run(request);
    return passes.awaitWell(loop().run(pass, pass, context), context);
  }

  /**
   * What a rollback would do; pins and writes nothing.
   *
   * @param wish which revision, and for how long
   * @param context with its deadline and cancellation
   * @return in sync, planned or failed
   */
  public ReconcileOutcome planRollback(Rollback wish, OperationContext context) {
    return passes.run(asked(context).planning().wishing(wish));
  }

  /**
   * Pins the target and runs no pass: for whoever has others run them. Waits for no pass.
   *
   * @param wish which revision, and for how long
   * @param context of the call
   * @return the pin that the next pass is held by
   * @throws io.gitops4j.error.SourceException when the revision cannot be had; nothing is kept then
   * @throws io.gitops4j.error.InventoryException when the pin cannot be kept
   */
  public Pin pin(Rollback wish, OperationContext context) {
    Pin pin = pinning.wished(wish, context).holds().orElseThrow();
    try (Snapshot snapshot =
        retries.call(
            context, () -> source.fetchExactly(wish.revision(), wish.lineage(), context))) {
      pin = pin.at(snapshot.revision());
    }
    pinning.keep(pin, context);
    passes.supersede();
    return pin;
  }

  /**
   * What holds the target at a revision.
   *
   * @param context of the call
   * @return the pin; empty when passes follow the source
   * @throws GitOpsException when it cannot be told
   */
  public Optional<Pin> pin(OperationContext context) {
    return pinning.current(context).holds();
  }

  /**
   * Ends a pin: the next pass follows the source again, also to a revision that was left alone.
   * Runs no pass, and waits for none.
   *
   * @param context of the call
   * @return the pin that held; empty when there was none
   * @throws io.gitops4j.error.InventoryException when it cannot be removed
   */
  public Optional<Pin> release(OperationContext context) {
    Optional<Pin> released = pinning.release(context);
    passes.supersede();
    return released;
  }

  /**
   * Looks whether passes are about another revision by now: the source stands elsewhere, or the
   * target was pinned or released. Renders and compares nothing; beside a running pass it does not
   * wait for its turn.
   *
   * @param than the revision that is known
   * @param context of this look
   * @return the other revision; empty when there is none, or when it cannot be told
   */
  public Optional<Revision> newer(Revision than, OperationContext context) {
    return pinning.newer(than, context);
  }

  /**
   * A pass that stops at the plan and writes nothing. The gates are asked as in every pass: the
   * plan is without what they hold of it, and its id the one that an approval is asked for.
   *
   * @param context with its deadline and cancellation
   * @return in sync, planned or failed
   */
  public ReconcileOutcome plan(OperationContext context) {
    return plan(context, Selection.all());
  }

  /**
   * As {@link #plan(OperationContext)}, for some things only.
   *
   * @param context with its deadline and cancellation
   * @param selection of the things
   * @return in sync, planned or failed
   */
  public ReconcileOutcome plan(OperationContext context, Selection selection) {
    return passes.run(request(context, selection).planning());
  }

  /**
   * Exactly one pass, whatever the {@link RetryPolicy} says: for whoever drives many targets.
   *
   * @param context with its deadline and cancellation
   * @param further gates, asked after the target's own
   * @param also hears of this pass, after the target's own listeners
   * @return how it ended; expected errors are {@link ReconcileOutcome.Failed}, a bug is thrown
   */
  public ReconcileOutcome pass(
      OperationContext context, List<Gate> further, ReconcileListener also) {
    List<Gate> asked = new ArrayList<>(gates);
    asked.addAll(further);
    return passes.run(
        new PassRequest(
            context,
            Selection.all(),
            asked,
            ReconcileListener.all(List.of(listener, also)),
            PassRequest.Purpose.APPLY));
  }

  /**
   * What is fought over right now, and so not healed.
   *
   * @param context of this look; waits for a running pass
   * @return the fights
   */
  public List<Fight> fights(OperationContext context) {
    return passes.fights(context);
  }

  /**
   * Heals again what was fought over, as a new revision would.
   *
   * @param context of this call; waits for a running pass
   */
  public void healAgain(OperationContext context) {
    passes.healAgain(context);
  }

  /**
   * Who hears of its passes.
   *
   * @return all its listeners as one that never throws
   */
  public ReconcileListener listener() {
    return listener;
  }

  /**
   * What its source reads.
   *
   * @return the repository, when the source has one
   */
  public Optional<String> repository() {
    return source.repository();
  }

  /**
   * How often a pass that failed is run again.
   *
   * @return the policy; empty when whoever runs the passes may choose
   */
  public Optional<RetryPolicy> retry() {
    return retry;
  }

  /**
   * What it may do on its own.
   *
   * @return the policy
   */
  public SyncPolicy policy() {
    return policy;
  }

  /**
   * Tells from now on of what moves in its destination.
   *
   * @param live hears of every target there, this one among them
   * @return what ends it; empty when the destination does not watch
   */
  public Optional<LiveWatch> watch(LiveListener live) {
    return destination.watch(live);
  }
}
