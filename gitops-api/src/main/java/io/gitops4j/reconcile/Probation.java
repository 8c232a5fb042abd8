package io.gitops4j.reconcile;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.OperationCancelledException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
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
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(3);

  /**
   * How long what is on its way gets when nobody looked as the window ended; never more than it.
   */
  private static final Duration GRACE = Duration.ofMinutes(1);

  /** What a pass needs after a wait: to record how it ended, and to go back. */
  private static final Duration RESERVE = Duration.ofSeconds(2);

  private final TargetId target;
  private final Optional<AutoRollback> rules;
  private final Destination<?> destination;
  private final Retries retries;
  private final Clock clock;

  private @Nullable Revision watched;

  /** The newest pass of that revision, as it is kept, for as long as it may have to be amended. */
  private Optional<HistoryEntry> recorded = Optional.empty();

  private Instant since = Instant.MIN;

  /** When the moment ends that is given after the window; empty while none was given. */
  private Optional<Instant> grace = Optional.empty();

  private final Set<ResourceId> unwellBefore = new HashSet<>();

  /** What did not become well yet, or failed. What was well once may be on its way again. */
  private final Set<ResourceId> awaited = new HashSet<>();

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
  }

  /** Before a plan is applied, or found to be. */
  private void watch(AutoRollback policy, Plan<?> plan, Pass pass, OperationContext context) {
    if (!plan.desired().revision().equals(watched)) {
      meet(policy, plan, pass, context);
    }
    awaits(unwell(healths(plan), spared(plan.changes().stream())), false);
  }

  /** Since when a revision is watched, what is not its fault, and what is waited for already. */
  private void meet(AutoRollback policy, Plan<?> plan, Pass pass, OperationContext context) {
    Revision revision = plan.desired().revision();
    List<HistoryEntry> known = Verdict.about(revision, history(context));
    since = known.isEmpty() ? pass.started() : known.get(known.size() - 1).started();
    watched = revision;
    recorded = known.stream().findFirst();
    grace = Optional.empty();
    unwellBefore.clear();
    awaited.clear();
    Optional<HistoryEntry.Trial> trial = recorded.flatMap(HistoryEntry::trial);
    if (trial.isPresent()) {
      unwellBefore.addAll(trial.get().before());
      awaited.addAll(trial.get().awaited());
      return;
    }
    // Nobody kept what was not well before: only what the revision wrote is its own.
    Set<ResourceId> written = Verdict.written(known);
    plan.changes().stream()
        .filter(c -> !c.action().writes() && !written.contains(c.id()))
        .filter(c -> !Verdict.fine(c.health().status()))
        .map(Change::id)
        .forEach(unwellBefore::add);
    if (watches(policy, pass.started())) {
      awaited.addAll(Verdict.unwell(known));
    }
  }

  private List<HistoryEntry> history(OperationContext context) {
    return retries.call(context, () -> destination.history().list(target, context));
  }

  private boolean watches(AutoRollback policy, Instant when) {
    return Verdict.onProbation(since, policy.window(), when);
  }

  /** Before a plan is applied. */
  void begins(Plan<?> plan, Pass pass, OperationContext context) {
    rules.ifPresent(r -> watch(r, plan, pass, context));
  }

  /** Whether a plan that was applied is waited for; from then on it is known what for. */
  boolean waits(Outcome outcome) {
    if (!outcome.complete() || rules.filter(r -> watches(r, clock.instant())).isEmpty()) {
      return false;
    }
    Map<ResourceId, Health> healths = new HashMap<>();
    outcome.results().forEach(r -> healths.put(r.change().id(), r.health()));
    awaits(unwell(healths, spared(outcome)), true);
    return true;
  }

  /**
   * Waits until everything is well, something failed, the window ends or there is a newer revision.
   *
   * @return the outcome with what is known now: a write that happened may have failed all the same
   */
  Outcome settled(Outcome outcome, OperationContext context) {
    AutoRollback policy = rules.orElseThrow();
    return with(outcome, await(policy, spared(outcome), context), policy);
  }

  /** The pass so far, for the record. */
  HistoryEntry entry(Pass pass, Plan<?> plan, Outcome outcome) {
    return HistoryEntry.of(
        pass, plan, outcome, rules.map(r -> new HistoryEntry.Trial(unwellBefore, awaited)));
  }

  /** Keeps how a pass ended, or how it is while it waits. */
  void record(HistoryEntry entry, OperationContext context) {
    retries.run(context, () -> destination.history().add(target, entry, context));
    recorded = Optional.of(entry).filter(e -> undecided());
  }

  /** There may be thousands of targets, and as many lines in each entry. */
  private boolean undecided() {
    return !awaited.isEmpty() || rules.filter(r -> watches(r, clock.instant())).isPresent();
  }

  /** Who begins after this process need not guess what became of what is waited for. */
  private void amend(Map<ResourceId, Health> healths, OperationContext context) {
    Set<ResourceId> kept =
        recorded.flatMap(HistoryEntry::trial).map(HistoryEntry.Trial::awaited).orElse(Set.of());
    if (recorded.isEmpty() || kept.equals(awaited)) {
      recorded = recorded.filter(e -> undecided());
      return;
    }
    HistoryEntry.Trial now = new HistoryEntry.Trial(unwellBefore, awaited);
    try {
      record(recorded.get().seen(healths, now), context);
    } catch (GitOpsException e) {
      LOG.warn("{}: what is waited for could not be recorded: {}", target, e.getMessage());
    }
  }

  /**
   * How it is when a wait ends.
   *
   * @param healths as they were seen last; empty when nobody could tell
   * @param bad what of them is the revision's fault
   */
  private record Sight(Map<ResourceId, Health> healths, Set<ResourceId> bad) {}

  /**
   * When what is awaited counts as bad. A wait that begins after the window gets a moment more,
   * once: what is not well at its first look may have been well while nobody looked.
   */
  private Instant end(AutoRollback policy, boolean over) {
    if (over && grace.isEmpty()) {
      Duration window = policy.window();
      grace = Optional.of(clock.instant().plus(window.compareTo(GRACE) < 0 ? window : GRACE));
    }
    return grace.orElse(since.plus(policy.window()));
  }

  /** When the pass has to end before the window does, nothing is bad yet: the next one waits on. */
  private Sight await(AutoRollback policy, Set<ResourceId> spared, OperationContext context) {
    boolean over = !watches(policy, clock.instant());
    Instant end = end(policy, over);
    long endNanos = System.nanoTime() + Duration.between(clock.instant(), end).toNanos();
    Map<ResourceId, Health> healths = Map.of();
    Set<ResourceId> before = Set.of();
    try {
      for (Duration pause = SHORTEST; ; pause = longer(pause)) {
        Duration time = context.remaining(pause.plus(RESERVE)).minus(RESERVE);
        if (time.isNegative() || time.isZero()) {
          break;
        }
        context.pause(time, Stage.HEALTH);
        if (context.superseded()) {
          break;
        }
        boolean late = System.nanoTime() - endNanos >= 0;
        Optional<SortedMap<ResourceId, Health>> now = look(context);
        Set<ResourceId> degraded = new HashSet<>(before);
        before = now.map(n -> degraded(n, spared)).orElse(Set.of());
        // What was just written may still tell of what was there before: one look is not enough.
        degraded.retainAll(before);
        if (now.isPresent()) {
          healths = now.get();
          awaits(unwell(healths, spared), !over && !late);
          degraded.retainAll(awaited);
          if (late || !degraded.isEmpty() || awaited.isEmpty()) {
            return new Sight(healths, late ? Set.copyOf(awaited) : degraded);
          }
        }
        if (late) {
          break; // nobody can tell, which is not the revision's fault
        }
      }
    } catch (OperationCancelledException e) {
      LOG.debug("{}: the wait for it ends: {}", target, e.getMessage());
    }
    return new Sight(healths, Set.of());
  }

  /** What is not well once the window is over counts only when it was not well before. */
  private void awaits(Set<ResourceId> unwell, boolean inTime) {
    if (inTime) {
      awaited.addAll(unwell);
    }
    awaited.retainAll(unwell);
  }

  private static Duration longer(Duration pause) {
    Duration longer = pause.multipliedBy(3).dividedBy(2);
    return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
  }

  private Optional<SortedMap<ResourceId, Health>> look(OperationContext context) {
    try {
      return Optional.of(destination.health().assess(target, context));
    } catch (OperationCancelledException e) {
      throw e;
    } catch (GitOpsException e) {
      LOG.debug("{}: its health cannot be told right now: {}", target, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * What is not held against the revision. What goes is owned until finalizers let go of it, and
   * they may take as long as they like.
   */
  private Set<ResourceId> spared(Stream<Change> changes) {
    Set<ResourceId> spared = new HashSet<>(unwellBefore);
    changes
        .filter(c -> c.action() == Action.DELETE || c.reason() == Reason.TERMINATING)
        .map(Change::id)
        .forEach(spared::add);
    return spared;
  }

  private Set<ResourceId> spared(Outcome outcome) {
    return spared(outcome.results().stream().map(ChangeResult::change));
  }

  private static Set<ResourceId> degraded(Map<ResourceId, Health> healths, Set<ResourceId> spared) {
    Set<ResourceId> found = unwell(healths, spared);
    found.removeIf(id -> healths.get(id).status() != HealthStatus.DEGRADED);
    return found;
  }

  private static Set<ResourceId> unwell(Map<ResourceId, Health> healths, Set<ResourceId> spared) {
    Set<ResourceId> found = new HashSet<>();
    healths.forEach(
        (id, health) -> {
          if (!Verdict.fine(health.status()) && !spared.contains(id)) {
            found.add(id);
          }
        });
    return found;
  }

  private static Map<ResourceId, Health> healths(Plan<?> plan) {
    Map<ResourceId, Health> healths = new HashMap<>();
    plan.changes().forEach(c -> healths.put(c.id(), c.health()));
    return healths;
  }

  private static Outcome with(Outcome outcome, Sight end, AutoRollback policy) {
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
    return rules.filter(r -> watches(r, pass.started())).flatMap(r -> Verdict.fault(outcome));
  }

  /** Why a revision is bad that was applied and well, or did not become so; waits for the rest. */
  Optional<Failure> decline(Plan<?> plan, Pass pass, OperationContext context) {
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    AutoRollback policy = rules.get();
    watch(policy, plan, pass, context);
    Set<ResourceId> spared = spared(plan.changes().stream());
    if (watches(policy, pass.started())) {
      awaited.addAll(degraded(healths(plan), spared));
    }
    amend(healths(plan), context);
    if (awaited.isEmpty()) {
      return Optional.empty();
    }
    Sight end = await(policy, spared, context);
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
