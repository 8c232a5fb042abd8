package io.gitops4j.reconcile;

import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import io.gitops4j.source.Lineage;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passes of a target, one at a time: fetch, render, compare, ask the gates, apply, record.
 * Thread-safe.
 */
final class Passes<D extends Desired> {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final TargetId target;
  private final Rendering<D> rendering;
  private final Destination<D> destination;
  private final SyncPolicy policy;
  private final PruneConfirmation confirmation;
  private final Pinning pinning;
  private final Probation probation;
  private final Retries retries;
  private final Clock clock;
  private final Restoring restoring;
  private final PassTurn turn;
  private final Fights fights;

  Passes(
      TargetId target,
      Rendering<D> rendering,
      Destination<D> destination,
      SyncPolicy policy,
      PruneConfirmation confirmation,
      Pinning pinning,
      Probation probation,
      Retries retries,
      Clock clock) {
    this.target = target;
    this.rendering = rendering;
    this.destination = destination;
    this.policy = policy;
    this.confirmation = confirmation;
    this.pinning = pinning;
    this.probation = probation;
    this.retries = retries;
    this.clock = clock;
    this.restoring = new Restoring(target, destination, pinning, retries);
    this.turn = new PassTurn(target);
    this.fights = new Fights(destination.writesAs());
  }

  /** A running pass need not wait for what it applied to become well. */
  void supersede() {
    turn.supersede();
  }

  /** What is fought over right now. */
  List<Fight> fights(OperationContext context) {
    return turn.in(context, fights::standing);
  }

  /** Heals again what was fought over. */
  void healAgain(OperationContext context) {
    turn.in(
        context,
        () -> {
          fights.forget();
          return fights.standing();
        });
  }

  /** A pass that restored ends well only when what it applied is well. */
  ReconcileOutcome awaitWell(ReconcileOutcome outcome, OperationContext context) {
    return restoring.awaitWell(outcome, context);
  }

  /** Expected errors are an outcome, a bug is thrown. */
  ReconcileOutcome run(PassRequest request) {
    OperationContext context = request.context();
    try (LogKeys keys = new LogKeys(target, context)) {
      PassEvents events =
          new PassEvents(target, context, request.told(), clock, keys, request.applies());
      ReconcileOutcome outcome;
      try {
        outcome = turn.in(context, () -> inTurn(request, events));
      } catch (GitOpsException e) {
        outcome = new ReconcileOutcome.Failed(events.pass(), e.failure());
      } catch (Throwable thrown) { // the caller's to handle, but the pass has ended for everybody
        events.finished(events.broken(thrown));
        throw thrown;
      }
      events.finished(outcome);
      return outcome;
    }
  }

  private ReconcileOutcome inTurn(PassRequest request, PassEvents events) {
    OperationContext context = request.context();
    events.started();
    if (request.purpose() == PassRequest.Purpose.RESTORE) {
      restoring.refuseIfAlive(request.wish().orElseThrow(), context);
    }
    Pinning.Position position = position(request, context);
    D desired = desired(request, position, events);
    Plan<D> plan = compare(desired, request.selection(), context, events);
    if (plan.inSync()) {
      if (request.applies()) {
        pinning.settle(position, context);
        probation
            .laterFault(plan, events.pass(), context)
            .ifPresent(why -> goBack(desired.revision(), why, events, context));
      }
      return new ReconcileOutcome.InSync(events.pass(), plan);
    }
    events.reached(Stage.GATE);
    Optional<String> unsplit =
        policy
            .held(plan, confirmation)
            .or(() -> fights.held(plan))
            .or(() -> request.selection().held(plan));
    if (unsplit.isPresent()) {
      return events.held(plan, unsplit.get());
    }
    Gates.Answer<D> answer = new Gates(request.gates()).ask(plan, context);
    if (answer.held().isPresent()) {
      return events.held(answer.plan(), answer.held().get());
    }
    if (!request.applies()) {
      return events.held(answer.plan(), "only the plan was asked for");
    }
    ReconcileOutcome end = apply(answer.plan(), context, events);
    if (end.kind() == ReconcileOutcome.Kind.APPLIED) {
      pinning.settle(position, context);
    }
    return end;
  }

  private Pinning.Position position(PassRequest request, OperationContext context) {
    context.checkActive(Stage.SOURCE);
    return request
        .wish()
        .map(w -> pinning.wished(w, context))
        .orElseGet(() -> pinning.current(context));
  }

  /** Drift belongs to the destination: an unchanged revision saves the rendering, nothing else. */
  private D desired(PassRequest request, Pinning.Position position, PassEvents events) {
    OperationContext context = request.context();
    Optional<Pin> pin = position.holds();
    if (request.wish().isEmpty()) {
      pin.ifPresent(events::pinned);
    }
    if (pin.isEmpty()) {
      return rendering.followed(context, events, fights::forget);
    }
    Lineage lineage = request.wish().map(Rollback::lineage).orElse(Lineage.ANYWHERE);
    D desired = rendering.exactly(pin.get(), lineage, context, events, fights::forget);
    Pin held = pin.get().at(desired.revision());
    if (request.wish().isPresent() && request.applies()) {
      // It is had and rendered, so it can be gone back to: from here on it holds.
      pinning.keep(held, context);
    }
    events.pinned(held);
    return desired;
  }

  private Plan<D> compare(
      D desired, Selection selection, OperationContext context, PassEvents events) {
    context.checkActive(Stage.DIFF);
    events.reached(Stage.DIFF);
    Plan<D> whole =
        policy.restrict(
            retries.call(context, () -> destination.differ().diff(desired, target, context)),
            confirmation,
            context.trigger());
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
    events.reached(Stage.APPLY);
    probation.beforeApply(plan, events.pass(), context);
    Outcome applied = destination.applier().apply(plan, events::changed, context);
    applied.results().forEach(r -> fights.healed(r, clock.instant(), System.nanoTime()));
    Outcome outcome = applied;
    if (probation.waitsFor(applied)) {
      recordEarly(plan, applied, context, events);
      outcome = probation.settled(applied, context);
    }
    HistoryEntry entry = probation.entry(events.pass(), plan, outcome);
    try {
      probation.record(entry, context);
    } catch (GitOpsException e) {
      return new ReconcileOutcome.Failed(
          events.pass(), HistoryEntry.unrecorded(entry.outcome(), e.failure()));
    }
    probation
        .fault(outcome, events.pass())
        .ifPresent(why -> goBack(plan.desired().revision(), why, events, context));
    return outcome.complete()
        ? new ReconcileOutcome.Applied(events.pass(), plan, outcome)
        : new ReconcileOutcome.Incomplete(events.pass(), plan, outcome);
  }

  /** A process that is killed while it waits leaves the wait to the next one. */
  private void recordEarly(
      Plan<D> plan, Outcome applied, OperationContext context, PassEvents events) {
    try {
      probation.record(probation.entry(events.pass(), plan, applied), context);
    } catch (GitOpsException e) {
      LOG.warn("{}: not recorded before it is waited for: {}", target, e.getMessage());
    }
  }

  /** What is pinned already is the way back: when that is bad, too, there is none. */
  private void goBack(Revision bad, Failure why, PassEvents events, OperationContext context) {
    if (events.pass().pin().isPresent()) {
      LOG.warn("{}: {}, and it stays there: {}", target, bad, why.message());
      return;
    }
    try {
      Optional<Pin> way = probation.wayBack(bad, why, context);
      if (way.isEmpty()) {
        LOG.warn("{}: no earlier revision to go back to from {}: {}", target, bad, why.message());
        return;
      }
      if (pinning.current(context).holds().isPresent()) {
        LOG.info("{}: {}, and somebody pinned it meanwhile: {}", target, bad, why.message());
        return;
      }
      pinning.keep(way.get(), context);
      events.goesBack(way.get());
    } catch (GitOpsException e) {
      LOG.warn("{}: could not go back from {}: {}", target, bad, e.getMessage());
    }
  }
}
