package io.gitops4j.reconcile;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A revision that was applied not long ago and may still turn out to be bad. Costs nothing while
 * the policy is off, and one look at the history for each revision otherwise. One pass at a time;
 * what one of them waits for in vain is waited for by the next.
 */
final class Probation {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  /**
   * How long what is on its way gets when nobody looked as the window ended; never more than it.
   */
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final TargetId target;
  private final Optional<AutoRollback> rules;
  private final Destination<?> destination;
  private final Retries retries;
  private final Clock clock;
  private final WellWait wellWait;

  /** What is on probation; null before the first pass. */
  private @Nullable Revision revision;

  private Instant since = Instant.MIN;
  private Awaited awaited = Awaited.none();

  /** The newest pass of the revision, as it is kept, for as long as it may have to be amended. */
  private Optional<HistoryEntry> recorded = Optional.empty();

  /** When the moment ends that is given after the window; empty while none was given. */
  private Optional<Instant> grace = Optional.empty();

  Probation(
      TargetId target,
      Optional<AutoRollback> rules,
      Destination<?> destination,
      Retries retries,
      Clock clock) {
    this.target = target;
    this.rules = rules;
    this.destination = destination;
    this.retries = retries;
    this.clock = clock;
    this.wellWait = new WellWait(target, destination);
  }

  /** Before a plan is applied. */
  void beforeApply(Plan<?> plan, Pass pass, OperationContext context) {
    rules.ifPresent(r -> meet(r, plan, pass, context));
  }

  /** Before a plan is applied, or found to be. */
  private void meet(AutoRollback policy, Plan<?> plan, Pass pass, OperationContext context) {
    Revision wanted = plan.desired().revision();
    if (!wanted.equals(revision)) {
      begin(policy, plan, pass, Verdict.about(wanted, history(context)));
      revision = wanted;
    }
    awaited.seenLate(healths(plan), going(plan));
  }

  /** Since when it is on probation, what is not its fault, and what is waited for already. */
  private void begin(AutoRollback policy, Plan<?> plan, Pass pass, List<HistoryEntry> known) {
    since = known.isEmpty() ? pass.started() : known.get(known.size() - 1).started();
    recorded = known.stream().findFirst();
    grace = Optional.empty();
    awaited =
        recorded
            .flatMap(HistoryEntry::trial)
            .map(Awaited::of)
            .orElseGet(
                () ->
                    Awaited.of(
                        unwellBefore(plan, Verdict.written(known)),
                        lasts(policy, pass.started()) ? Verdict.unwell(known) : Set.of()));
  }

  /** Nobody kept what was not well before: only what the revision wrote is its own. */
  private static Set<ResourceId> unwellBefore(Plan<?> plan, Set<ResourceId> written) {
    return plan.changes().stream()
        .filter(c -> !c.action().writes() && !written.contains(c.id()))
        .filter(c -> !Verdict.fine(c.health().status()))
        .map(Change::id)
        .collect(Collectors.toUnmodifiableSet());
  }

  private List<HistoryEntry> history(OperationContext context) {
    return retries.call(context, () -> destination.history().list(target, context));
  }

  private boolean lasts(AutoRollback policy, Instant when) {
    return Verdict.onProbation(since, policy.window(), when);
  }

  private boolean lasts() {
    return rules.filter(r -> lasts(r, clock.instant())).isPresent();
  }

  /** Whether a plan that was applied is waited for; from then on it is known what for. */
  boolean waitsFor(Outcome outcome) {
    if (!outcome.complete() || !lasts()) {
      return false;
    }
    Map<ResourceId, Health> healths = new HashMap<>();
    outcome.results().forEach(r -> healths.put(r.change().id(), r.health()));
    awaited.seen(healths, going(outcome));
    return true;
  }

  /**
   * Waits for what {@link #waitsFor} said.
   *
   * @return the outcome with what is known now: a write that happened may have failed all the same
   */
  Outcome settled(Outcome outcome, OperationContext context) {
    AutoRollback policy = rules.orElseThrow();
    return with(outcome, await(policy, going(outcome), context), policy);
  }

  /** The pass so far, for the record. */
  HistoryEntry entry(Pass pass, Plan<?> plan, Outcome outcome) {
    return HistoryEntry.of(pass, plan, outcome, rules.map(r -> awaited.trial()));
  }

  /** Keeps how a pass ended, or how it is while it waits. */
  void record(HistoryEntry entry, OperationContext context) {
    retries.run(context, () -> destination.history().add(target, entry, context));
    recorded = Optional.of(entry).filter(e -> undecided());
  }

  /** There may be thousands of targets, and as many lines in each entry. */
  private boolean undecided() {
    return !awaited.isEmpty() || lasts();
  }

  /** Who begins after this process need not guess what became of what is waited for. */
  private void amend(Map<ResourceId, Health> healths, OperationContext context) {
    Set<ResourceId> kept =
        recorded.flatMap(HistoryEntry::trial).map(HistoryEntry.Trial::awaited).orElse(Set.of());
    if (recorded.isEmpty() || kept.equals(awaited.all())) {
      recorded = recorded.filter(e -> undecided());
      return;
    }
    try {
      record(recorded.get().seen(healths, awaited.trial()), context);
    } catch (GitOpsException e) {
      LOG.warn("{}: what is waited for could not be recorded: {}", target, e.getMessage());
    }
  }

  private WellWait.Sight await(
      AutoRollback policy, Set<ResourceId> going, OperationContext context) {
    Instant now = clock.instant();
    boolean over = !lasts(policy, now);
    Duration limit = Duration.between(now, end(policy, over, now));
    return wellWait.until(awaited, going, over ? Duration.ZERO : limit, limit, context);
  }

  /**
   * When what is awaited counts as bad. A wait that begins after the window gets a moment more,
   * once: what is not well at its first look may have been well while nobody looked.
   */
  private Instant end(AutoRollback policy, boolean over, Instant now) {
    if (over && grace.isEmpty()) {
      Duration window = policy.window();
      grace = Optional.of(now.plus(window.compareTo(GRACE) < 0 ? window : GRACE));
    }
    return grace.orElse(since.plus(policy.window()));
  }

  private static Set<ResourceId> going(Plan<?> plan) {
    return Awaited.going(plan.changes().stream());
  }

  private static Set<ResourceId> going(Outcome outcome) {
    return Awaited.going(outcome.results().stream().map(ChangeResult::change));
  }

  private static Map<ResourceId, Health> healths(Plan<?> plan) {
    Map<ResourceId, Health> healths = new HashMap<>();
    plan.changes().forEach(c -> healths.put(c.id(), c.health()));
    return healths;
  }

  private static Outcome with(Outcome outcome, WellWait.Sight end, AutoRollback policy) {
    List<ChangeResult> results =
        outcome.results().stream()
            .map(
                r -> {
                  Health health = end.healths().getOrDefault(r.change().id(), r.health());
                  Optional<Failure> failure =
                      end.bad().contains(r.change().id())
                          ? Optional.of(failure(r.change().id(), health, policy))
                          : r.failure();
                  return new ChangeResult(r.change(), r.actuation(), health, failure);
                })
            .toList();
    return new Outcome(results, outcome.inventory());
  }

  private static Failure failure(ResourceId id, Health health, AutoRollback policy) {
    String what =
        health.status() == HealthStatus.DEGRADED
            ? "it failed: "
            : "it did not become well within " + policy.window().toSeconds() + " seconds: ";
    return new Failure(
        Stage.HEALTH,
        "HEALTH-NOT-REACHED",
        Retryability.RETRY,
        Optional.of(id.toString()),
        what + (health.message().isEmpty() ? health.status() : health.message()),
        Optional.of("look at its events and logs"));
  }

  /** Why a revision is bad that could not be applied, or did not become well. */
  Optional<Failure> fault(Outcome outcome, Pass pass) {
    return rules.filter(r -> lasts(r, pass.started())).flatMap(r -> Verdict.fault(outcome));
  }

  /** Why a revision is bad that was applied and well, or did not become so; waits for the rest. */
  Optional<Failure> laterFault(Plan<?> plan, Pass pass, OperationContext context) {
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    AutoRollback policy = rules.get();
    meet(policy, plan, pass, context);
    Set<ResourceId> going = going(plan);
    if (lasts(policy, pass.started())) {
      awaited.await(awaited.degraded(healths(plan), going));
    }
    amend(healths(plan), context);
    if (awaited.isEmpty()) {
      return Optional.empty();
    }
    WellWait.Sight end = await(policy, going, context);
    amend(end.healths(), context);
    return end.bad().stream()
        .sorted()
        .findFirst()
        .map(id -> failure(id, end.healths().get(id), policy));
  }

  /** Where to go back to from a bad revision; empty when nothing better is known. */
  Optional<Pin> wayBack(Revision bad, Failure why, OperationContext context) {
    return Rollback.earlier(bad, history(context))
        .map(
            better ->
                new Pin(
                    better.revision(),
                    Optional.of(bad),
                    Pin.ITSELF,
                    why.message(),
                    clock.instant(),
                    Pin.Until.MOVED_ON,
                    rules.map(AutoRollback::hooks).orElse(Pin.Hooks.RUN)));
  }
}
