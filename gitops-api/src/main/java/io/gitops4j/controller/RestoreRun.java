package io.gitops4j.controller;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Rollback;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Restores many targets where nothing of them is left, those first that others depend on. A target
 * is not begun when what it depends on was not restored and well; the others go on. Run it while no
 * controller runs the targets. Thread-safe: each run is on its own.
 */
public final class RestoreRun {
  private static final Comparator<TargetId> BY_NAME = Comparator.comparing(TargetId::name);

  private final Map<TargetId, ScheduledTarget> targets;

  private RestoreRun(Collection<ScheduledTarget> all) {
    List<String> problems = new ArrayList<>();
    targets = Dependencies.check(all, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException("restore", problems);
    }
  }

  /**
   * Says which targets.
   *
   * @param targets all of them, with what they depend on
   * @return the run, not begun
   * @throws ConfigurationException that lists all problems, such as a circle of dependencies
   */
  public static RestoreRun of(Collection<ScheduledTarget> targets) {
    return new RestoreRun(targets);
  }

  /**
   * How a run ended. Immutable.
   *
   * @param ended how each target that was begun ended, in the order in which they were begun
   * @param notBegun for each other target one that it depends on and that was not restored
   */
  public record Result(Map<TargetId, ReconcileOutcome> ended, Map<TargetId, TargetId> notBegun) {
    /** Copies both, in their order. */
    public Result {
      ended = Collections.unmodifiableMap(new LinkedHashMap<>(ended));
      notBegun = Collections.unmodifiableMap(new LinkedHashMap<>(notBegun));
    }

    /**
     * Whether all of them are back and well.
     *
     * @return true when none failed and none was left out
     */
    public boolean complete() {
      return notBegun.isEmpty() && ended.values().stream().allMatch(RestoreRun::restored);
    }
  }

  /**
   * Restores them one after the other, on the caller's thread. What an earlier run restored to the
   * same revision stays as it is. Each stays there as its wish says, or until {@link #release}.
   *
   * @param wishes tells the revision of each target
   * @param context with its deadline and cancellation, for all of them
   * @return how each ended
   */
  public Result restore(Function<TargetId, Rollback> wishes, OperationContext context) {
    Map<TargetId, ReconcileOutcome> ended = new LinkedHashMap<>();
    Map<TargetId, TargetId> notBegun = new LinkedHashMap<>();
    for (ScheduledTarget target : inOrder()) {
      Optional<TargetId> missing =
          target.rules().dependsOn().stream()
              .filter(d -> !ended.containsKey(d) || !restored(ended.get(d)))
              .min(BY_NAME);
      if (missing.isPresent()) {
        notBegun.put(target.target(), missing.get());
      } else {
        ended.put(
            target.target(), target.reconciler().restore(wishes.apply(target.target()), context));
      }
    }
    return new Result(ended, notBegun);
  }

  /**
   * Lets them follow their sources again: ends the pins that a restore left, whichever run or
   * process made it. A pin that somebody made for another reason stays. Runs no pass; controllers
   * obey with their next ones. One target that cannot be asked keeps no other pinned.
   *
   * @param context with its deadline and cancellation, for all of them
   * @return the pins that were ended, by target
   * @throws GitOpsException when some could not be released: the failure of the first, the others
   *     suppressed; a further call goes on with them
   */
  public Map<TargetId, Pin> release(OperationContext context) {
    Map<TargetId, Pin> released = new LinkedHashMap<>();
    List<GitOpsException> failed = new ArrayList<>();
    for (ScheduledTarget target : inOrder()) {
      try {
        if (target.reconciler().pin(context).filter(Pin::restored).isPresent()) {
          target.reconciler().release(context).ifPresent(pin -> released.put(target.target(), pin));
        }
      } catch (GitOpsException e) {
        failed.add(e);
      }
    }
    if (!failed.isEmpty()) {
      GitOpsException first = failed.get(0);
      failed.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
    return Collections.unmodifiableMap(released);
  }

  private List<ScheduledTarget> inOrder() {
    Set<TargetId> placed = new LinkedHashSet<>();
    targets.keySet().forEach(id -> place(id, placed));
    return placed.stream().map(targets::get).toList();
  }

  /** Circles were refused, so that this comes to an end. */
  private void place(TargetId id, Set<TargetId> placed) {
    if (!placed.contains(id)) {
      targets.get(id).rules().dependsOn().stream().sorted(BY_NAME).forEach(d -> place(d, placed));
      placed.add(id);
    }
  }

  private static boolean restored(ReconcileOutcome end) {
    return switch (end.kind()) {
      case APPLIED, IN_SYNC -> true;
      case PLANNED, INCOMPLETE, FAILED -> false;
    };
  }
}
