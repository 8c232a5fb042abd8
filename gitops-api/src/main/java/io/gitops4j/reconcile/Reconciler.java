package io.gitops4j.reconcile;

import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.SourceProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs passes for one target on the caller's thread: fetch, render, compare, ask the gates, apply,
 * record. Thread-safe: one pass at a time, a second caller waits its turn.
 *
 * @param <D> the kind of desired state
 */
public final class Reconciler<D extends Desired> {
  private static final Duration TURN = Duration.ofHours(1);

  /** How often a wait looks for a newer revision. */
  private static final Duration LOOK = Duration.ofSeconds(15);

  private final TargetId target;
  private final SourceProvider source;
  private final Rendering<D> rendering;
  private final Destination<D> destination;
  private final SyncPolicy policy;
  private final PruneConfirmation confirmation;
  private final RetryPolicy retry;
  private final List<Gate> gates;
  private final ReconcileListener listener;
  private final Retries retries;
  private final Clock clock;
  private final ReentrantLock turn = new ReentrantLock();
  private final Fights fights;

  /**
   * Makes a reconciler; {@link io.gitops4j.GitOps} is the convenient way.
   *
   * @param target whose passes
   * @param source where revisions come from; not closed
   * @param renderer what makes the desired state
   * @param destination where it goes; not closed
   * @param policy what may happen on its own
   * @param confirmation who permits removals that wait for it
   * @param retry how often a pass that failed is run again
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
      RetryPolicy retry,
      List<Gate> gates,
      List<ReconcileListener> listeners,
      Clock clock) {
    this.target = Objects.requireNonNull(target, "target");
    this.source = Objects.requireNonNull(source, "source");
    this.destination = Objects.requireNonNull(destination, "destination");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.confirmation = Objects.requireNonNull(confirmation, "confirmation");
    this.retry = Objects.requireNonNull(retry, "retry");
    this.gates = List.copyOf(gates);
    this.listener = ReconcileListener.all(listeners);
    this.retries = Retries.standard();
    this.rendering = new Rendering<>(source, Objects.requireNonNull(renderer, "renderer"), retries);
    this.clock = Objects.requireNonNull(clock, "clock");
    this.fights = new Fights(destination.writesAs());
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
   * One pass; when it fails, as many more as the {@link RetryPolicy} allows. Listeners hear of
   * each. A newer revision ends the wait before the next.
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
    ReconcileOutcome outcome = pass(context, selection, gates, listener);
    for (int failed = 1; worthAnother(outcome); failed++) {
      Optional<Duration> wait = retry.after(failed);
      // A wait that cannot end in time would only hide why the pass failed.
      if (wait.isEmpty() || context.remaining(wait.get()).compareTo(wait.get()) < 0) {
        break;
      }
      try {
        await(wait.get(), outcome.pass().revision(), context);
      } catch (OperationCancelledException e) {
        break;
      }
      outcome = pass(context, selection, gates, listener);
    }
    return outcome;
  }

  private static boolean worthAnother(ReconcileOutcome outcome) {
    return switch (outcome.kind()) {
      case IN_SYNC, PLANNED, APPLIED -> false;
      case INCOMPLETE -> true;
      case FAILED ->
          ((ReconcileOutcome.Failed) outcome).failure().retryability() != Retryability.NEVER;
    };
  }

  /** What failed may be mended in Git before the wait is over. */
  private void await(Duration wait, Optional<Revision> failed, OperationContext context) {
    Duration left = wait;
    while (!left.isZero()) {
      Duration slice = left.compareTo(LOOK) < 0 ? left : LOOK;
      context.pause(slice, Stage.SOURCE);
      left = left.minus(slice);
      if (!left.isZero() && failed.isPresent() && newer(failed.get(), context).isPresent()) {
        return;
      }
    }
  }

  /**
   * Looks whether the source stands elsewhere. Renders and compares nothing; beside a running pass
   * it does not wait for its turn.
   *
   * @param than the revision that is known
   * @param context of this look
   * @return the other revision; empty when there is none, or when the source cannot say
   */
  public Optional<Revision> newer(Revision than, OperationContext context) {
    return rendering.newer(than, context);
  }

  /**
   * A pass that stops at the plan and writes nothing.
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
    Gate planOnly = (plan, pass) -> GateDecision.held("only the plan was asked for");
    return pass(context, selection, List.of(planOnly), listener);
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
    return pass(context, Selection.all(), asked, ReconcileListener.all(List.of(listener, also)));
  }

  private ReconcileOutcome pass(
      OperationContext context, Selection selection, List<Gate> asked, ReconcileListener told) {
    try (LogKeys keys = new LogKeys(target, context)) {
      PassEvents events = new PassEvents(target, context, told, clock, keys);
      ReconcileOutcome outcome = inTurn(context, selection, asked, events);
      events.finished(outcome);
      return outcome;
    }
  }

  private ReconcileOutcome inTurn(
      OperationContext context, Selection selection, List<Gate> asked, PassEvents events) {
    try {
      takeTurn(context);
      try {
        return run(context, selection, asked, events);
      } finally {
        turn.unlock();
      }
    } catch (GitOpsException e) {
      return new ReconcileOutcome.Failed(events.pass(), e.failure());
    }
  }

  private ReconcileOutcome run(
      OperationContext context, Selection selection, List<Gate> asked, PassEvents events) {
    events.started();
    // Drift belongs to the destination: an unchanged revision saves the rendering, nothing else.
    D desired = rendering.desired(context, events, fights::forget);
    Plan<D> plan = compare(desired, selection, context, events);
    if (plan.inSync()) {
      return new ReconcileOutcome.InSync(events.pass(), plan);
    }
    Optional<String> unsplit =
        policy.held(plan, confirmation).or(() -> fights.held(plan)).or(() -> selection.held(plan));
    if (unsplit.isPresent()) {
      return events.held(plan, unsplit.get());
    }
    Gates.Verdict<D> verdict = new Gates(asked).ask(plan, context);
    return verdict.held().isPresent()
        ? events.held(verdict.plan(), verdict.held().get())
        : apply(verdict.plan(), context, events);
  }

  private Plan<D> compare(
      D desired, Selection selection, OperationContext context, PassEvents events) {
    context.checkActive(Stage.DIFF);
    Plan<D> whole =
        policy.restrict(
            retries.call(context, () -> destination.differ().diff(desired, target, context)),
            confirmation);
    fights.begun(whole, clock.instant(), System.nanoTime()).forEach(events::contested);
    Plan<D> plan = selection.restrict(fights.restrict(whole));
    events.compared(plan);
    if (desired.isEmpty()
        && policy.empty() == SyncPolicy.Empty.REFUSE
        && !plan.inventory().entries().isEmpty()) {
      throw new RenderException(
          "RENDER-EMPTY",
          Retryability.RETRY_ON_CHANGE,
          target + " at " + desired.revision(),
          "nothing is desired, though "
              + plan.inventory().entries().size()
              + " objects are owned; nothing was removed",
          "check the path of the target; to remove everything on purpose, allow empty",
          null);
    }
    return plan;
  }

  private ReconcileOutcome apply(Plan<D> plan, OperationContext context, PassEvents events) {
    context.checkActive(Stage.APPLY);
    Outcome outcome = destination.applier().apply(plan, events::changed, context);
    outcome.results().forEach(r -> fights.healed(r, clock.instant(), System.nanoTime()));
    Pass pass = events.pass();
    ReconcileOutcome end =
        outcome.complete()
            ? new ReconcileOutcome.Applied(pass, plan, outcome)
            : new ReconcileOutcome.Incomplete(pass, plan, outcome);
    try {
      HistoryEntry entry = HistoryEntry.of(end.kind(), pass, plan, outcome);
      retries.run(context, () -> destination.history().add(target, entry, context));
      return end;
    } catch (GitOpsException e) {
      return new ReconcileOutcome.Failed(pass, HistoryEntry.unrecorded(end.kind(), e.failure()));
    }
  }

  /**
   * What is fought over right now, and so not healed.
   *
   * @param context of this look; waits for a running pass
   * @return the fights
   */
  public List<Fight> fights(OperationContext context) {
    takeTurn(context);
    try {
      return fights.standing();
    } finally {
      turn.unlock();
    }
  }

  /**
   * Heals again what was fought over, as a new revision would.
   *
   * @param context of this call; waits for a running pass
   */
  public void healAgain(OperationContext context) {
    takeTurn(context);
    try {
      fights.forget();
    } finally {
      turn.unlock();
    }
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
   * @return the policy
   */
  public RetryPolicy retry() {
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
   * @return whether the destination watches
   */
  public boolean watch(LiveListener live) {
    return destination.watch(live);
  }

  private void takeTurn(OperationContext context) {
    context.checkActive(Stage.SOURCE);
    try {
      if (turn.isHeldByCurrentThread()) {
        throw new IllegalStateException("a pass of " + target + " was started from inside a pass");
      }
      if (!turn.tryLock(context.remaining(TURN).toMillis(), TimeUnit.MILLISECONDS)) {
        throw new OperationCancelledException(
            Stage.SOURCE, "another pass of " + target + " did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationCancelledException(
          Stage.SOURCE, "interrupted while another pass of " + target + " ran");
    }
  }
}
