package io.gitops4j.reconcile;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
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
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs passes for one target on the caller's thread: fetch, render, compare, ask the gates, apply,
 * record. Thread-safe: one pass at a time, a second caller waits its turn.
 *
 * @param <D> the kind of desired state
 */
public final class Reconciler<D extends Desired> {
  private static final Duration TURN = Duration.ofHours(1);

  private final TargetId target;
  private final SourceProvider source;
  private final Renderer<D> renderer;
  private final Destination<D> destination;
  private final SyncPolicy policy;
  private final PruneConfirmation confirmation;
  private final RetryPolicy retry;
  private final List<Gate> gates;
  private final Listeners listeners;
  private final Retries retries;
  private final Clock clock;
  private final ReentrantLock turn = new ReentrantLock();

  /** What the last pass rendered: valid while the source stands still. */
  private @Nullable D rendered;

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
    this.renderer = Objects.requireNonNull(renderer, "renderer");
    this.destination = Objects.requireNonNull(destination, "destination");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.confirmation = Objects.requireNonNull(confirmation, "confirmation");
    this.retry = Objects.requireNonNull(retry, "retry");
    this.gates = List.copyOf(gates);
    this.listeners = new Listeners(listeners);
    this.retries = Retries.standard();
    this.clock = Objects.requireNonNull(clock, "clock");
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
   * each.
   *
   * @param context with its deadline and cancellation, for all of them
   * @return how the last one ended; expected errors are {@link ReconcileOutcome.Failed}, a bug is
   *     thrown
   */
  public ReconcileOutcome reconcile(OperationContext context) {
    ReconcileOutcome outcome = pass(context, gates);
    for (int failed = 1; worthAnother(outcome); failed++) {
      Optional<Duration> wait = retry.after(failed);
      // A wait that cannot end in time would only hide why the pass failed.
      if (wait.isEmpty() || context.remaining(wait.get()).compareTo(wait.get()) < 0) {
        break;
      }
      try {
        context.pause(wait.get(), Stage.SOURCE);
      } catch (OperationCancelledException e) {
        break;
      }
      outcome = pass(context, gates);
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

  /**
   * A pass that stops at the plan and writes nothing.
   *
   * @param context with its deadline and cancellation
   * @return in sync, planned or failed
   */
  public ReconcileOutcome plan(OperationContext context) {
    return pass(context, List.of((plan, pass) -> GateDecision.held("only the plan was asked for")));
  }

  private ReconcileOutcome pass(OperationContext context, List<Gate> asked) {
    Instant started = clock.instant();
    PassClock timer = new PassClock(context.operationId(), started, System.nanoTime());
    ReconcileOutcome outcome;
    try {
      takeTurn(context);
      try {
        outcome = run(context, asked, timer);
      } finally {
        turn.unlock();
      }
    } catch (GitOpsException e) {
      outcome = new ReconcileOutcome.Failed(timer.pass(), e.failure());
    }
    listeners.finished(
        new ReconcileEvent.Finished(context.operationId(), target, clock.instant(), outcome));
    return outcome;
  }

  private ReconcileOutcome run(OperationContext context, List<Gate> asked, PassClock timer) {
    listeners.started(new ReconcileEvent.Started(context.operationId(), target, clock.instant()));
    D desired = desired(context, timer);
    Plan<D> plan = compare(desired, context);
    if (plan.inSync()) {
      return new ReconcileOutcome.InSync(timer.pass(), plan);
    }
    Optional<String> unsplit = policy.held(plan, confirmation);
    if (unsplit.isPresent()) {
      return new ReconcileOutcome.Planned(timer.pass(), plan, unsplit.get());
    }
    for (Gate gate : asked) {
      context.checkActive(Stage.GATE);
      GateDecision decision = gate.decide(plan, context);
      if (decision instanceof GateDecision.Held held) {
        return new ReconcileOutcome.Planned(timer.pass(), plan, held.reason());
      }
    }
    return apply(plan, context, timer);
  }

  /** Drift belongs to the destination: an unchanged revision saves the rendering, nothing else. */
  private D desired(OperationContext context, PassClock timer) {
    context.checkActive(Stage.SOURCE);
    Optional<Revision> lastSeen = Optional.ofNullable(rendered).map(Desired::revision);
    FetchResult result = retries.call(context, () -> source.fetch(lastSeen, context));
    timer.revision = Optional.of(result.revision());
    listeners.fetched(
        new ReconcileEvent.Fetched(
            context.operationId(),
            target,
            clock.instant(),
            result.revision(),
            lastSeen.filter(result.revision()::sameState).isEmpty()));
    D known = rendered;
    if (result instanceof FetchResult.Fetched fetched) {
      rendered = null;
      try (Snapshot snapshot = fetched.snapshot()) {
        context.checkActive(Stage.RENDER);
        known = renderer.render(snapshot, context);
      }
      rendered = known;
    }
    if (known == null) {
      throw new IllegalStateException(
          source.getClass().getName() + " answered Unchanged though nothing was seen before");
    }
    return known;
  }

  private Plan<D> compare(D desired, OperationContext context) {
    context.checkActive(Stage.DIFF);
    Plan<D> plan =
        policy.restrict(
            retries.call(context, () -> destination.differ().diff(desired, target, context)),
            confirmation);
    listeners.compared(
        new ReconcileEvent.Compared(context.operationId(), target, clock.instant(), plan));
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

  private ReconcileOutcome apply(Plan<D> plan, OperationContext context, PassClock timer) {
    context.checkActive(Stage.APPLY);
    Outcome outcome =
        destination.applier().apply(plan, result -> changed(context, result), context);
    Pass pass = timer.pass();
    ReconcileOutcome end =
        outcome.complete()
            ? new ReconcileOutcome.Applied(pass, plan, outcome)
            : new ReconcileOutcome.Incomplete(pass, plan, outcome);
    Optional<Failure> unrecorded = record(end.kind(), pass, plan, outcome, context);
    if (unrecorded.isPresent()) {
      return new ReconcileOutcome.Failed(pass, unrecorded.get());
    }
    return end;
  }

  private void changed(OperationContext context, ChangeResult result) {
    listeners.changed(
        new ReconcileEvent.Changed(context.operationId(), target, clock.instant(), result));
  }

  /** The writes happened: a record that cannot be kept is an error, but not the writes' error. */
  private Optional<Failure> record(
      ReconcileOutcome.Kind kind,
      Pass pass,
      Plan<D> plan,
      Outcome outcome,
      OperationContext context) {
    List<HistoryEntry.Line> lines =
        outcome.results().stream()
            .filter(r -> r.change().action().writes())
            .map(
                r ->
                    new HistoryEntry.Line(
                        r.change().id(),
                        r.change().action(),
                        r.change().reason(),
                        r.actuation(),
                        r.failure().map(f -> f.code() + ": " + f.reason())))
            .toList();
    HistoryEntry entry =
        new HistoryEntry(
            pass.operationId(),
            plan.desired().revision(),
            kind,
            plan.id(),
            pass.started(),
            pass.took(),
            lines);
    try {
      retries.run(context, () -> destination.history().add(target, entry, context));
      return Optional.empty();
    } catch (GitOpsException e) {
      Failure f = e.failure();
      return Optional.of(
          new Failure(
              f.stage(),
              f.code(),
              f.retryability(),
              f.subject(),
              "the plan was applied ("
                  + kind
                  + "), but its history entry could not be stored: "
                  + f.reason(),
              f.nextStep()));
    }
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

  /** What a pass learns as it goes. */
  private final class PassClock {
    private final String operationId;
    private final Instant started;
    private final long startNanos;
    private Optional<Revision> revision = Optional.empty();

    PassClock(String operationId, Instant started, long startNanos) {
      this.operationId = operationId;
      this.started = started;
      this.startNanos = startNanos;
    }

    Pass pass() {
      return new Pass(
          operationId, target, revision, started, Duration.ofNanos(System.nanoTime() - startNanos));
    }
  }
}
