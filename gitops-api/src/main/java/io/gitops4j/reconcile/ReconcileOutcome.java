package io.gitops4j.reconcile;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.util.Objects;
import java.util.Optional;

/**
 * How a pass ended. Switch on {@link #kind()}; what several ends have in common is had of each,
 * without a cast.
 */
public sealed interface ReconcileOutcome {
  /** The ends of a pass. */
  enum Kind {
    /** Nothing to write. */
    IN_SYNC,
    /** There is a plan that was not applied: something holds it, or only the plan was asked for. */
    PLANNED,
    /** The whole plan was applied. */
    APPLIED,
    /** Parts of the plan failed; the rest was applied, or not tried because of that. */
    INCOMPLETE,
    /** A stage gave no result; nothing, or nothing more, was written. */
    FAILED
  }

  /**
   * How it ended.
   *
   * @return the kind
   */
  Kind kind();

  /**
   * Which pass.
   *
   * @return the pass
   */
  Pass pass();

  /**
   * How well what the target owns is.
   *
   * @return the worst of it, as far as the pass saw it
   */
  Health health();

  /**
   * Why it failed.
   *
   * @return the first failure, a cause before what was not tried because of it; empty when nothing
   *     failed
   */
  default Optional<Failure> firstFailure() {
    return Optional.empty();
  }

  /**
   * What was to be done.
   *
   * @return the plan, applied or not; empty when a stage failed
   */
  default Optional<Plan<?>> madePlan() {
    return Optional.empty();
  }

  /**
   * What became of the plan.
   *
   * @return the outcome of every change; empty when none was to be written
   */
  default Optional<Outcome> appliedOutcome() {
    return Optional.empty();
  }

  /**
   * Why the plan was not applied.
   *
   * @return the reason, for people; empty unless the pass is {@link Kind#PLANNED}
   */
  default Optional<String> whyHeld() {
    return Optional.empty();
  }

  private static Health healthOf(Plan<?> plan) {
    return Health.worst(plan.changes().stream().map(Change::health).toList());
  }

  private static Health healthOf(Outcome outcome) {
    return Health.worst(
        outcome.results().stream()
            .filter(r -> r.change().reason() != Reason.REMOVED)
            .map(ChangeResult::health)
            .toList());
  }

  /**
   * Nothing to write.
   *
   * @param pass which pass
   * @param plan that found nothing, or only what the target leaves alone
   */
  record InSync(Pass pass, Plan<?> plan) implements ReconcileOutcome {
    /** Checks that no part is missing. */
    public InSync {
      Objects.requireNonNull(pass, "pass");
      Objects.requireNonNull(plan, "plan");
    }

    @Override
    public Kind kind() {
      return Kind.IN_SYNC;
    }

    @Override
    public Optional<Plan<?>> madePlan() {
      return Optional.of(plan);
    }

    @Override
    public Health health() {
      return healthOf(plan);
    }
  }

  /**
   * There is a plan that was not applied: a gate or the policy holds it, or only the plan was asked
   * for.
   *
   * @param pass which pass
   * @param plan that waits
   * @param reason why it waits
   */
  record Planned(Pass pass, Plan<?> plan, String reason) implements ReconcileOutcome {
    /** Checks that no part is missing. */
    public Planned {
      Objects.requireNonNull(pass, "pass");
      Objects.requireNonNull(plan, "plan");
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public Kind kind() {
      return Kind.PLANNED;
    }

    @Override
    public Optional<Plan<?>> madePlan() {
      return Optional.of(plan);
    }

    @Override
    public Optional<String> whyHeld() {
      return Optional.of(reason);
    }

    @Override
    public Health health() {
      return healthOf(plan);
    }
  }

  /**
   * The whole plan was applied.
   *
   * @param pass which pass
   * @param plan that was applied
   * @param outcome of every change
   */
  record Applied(Pass pass, Plan<?> plan, Outcome outcome) implements ReconcileOutcome {
    /** Checks that no part is missing. */
    public Applied {
      Objects.requireNonNull(pass, "pass");
      Objects.requireNonNull(plan, "plan");
      Objects.requireNonNull(outcome, "outcome");
    }

    @Override
    public Kind kind() {
      return Kind.APPLIED;
    }

    @Override
    public Optional<Plan<?>> madePlan() {
      return Optional.of(plan);
    }

    @Override
    public Optional<Outcome> appliedOutcome() {
      return Optional.of(outcome);
    }

    @Override
    public Health health() {
      return healthOf(outcome);
    }
  }

  /**
   * Parts of the plan failed; the rest was applied, or not tried because of that.
   *
   * @param pass which pass
   * @param plan that was applied in part
   * @param outcome of every change
   */
  record Incomplete(Pass pass, Plan<?> plan, Outcome outcome) implements ReconcileOutcome {
    /** Checks that no part is missing. */
    public Incomplete {
      Objects.requireNonNull(pass, "pass");
      Objects.requireNonNull(plan, "plan");
      Objects.requireNonNull(outcome, "outcome");
    }

    @Override
    public Kind kind() {
      return Kind.INCOMPLETE;
    }

    @Override
    public Optional<Plan<?>> madePlan() {
      return Optional.of(plan);
    }

    @Override
    public Optional<Outcome> appliedOutcome() {
      return Optional.of(outcome);
    }

    @Override
    public Health health() {
      return healthOf(outcome);
    }

    @Override
    public Optional<Failure> firstFailure() {
      return outcome.failures().stream().findFirst();
    }
  }

  /**
   * A stage gave no result.
   *
   * @param pass which pass
   * @param failure where and why
   */
  record Failed(Pass pass, Failure failure) implements ReconcileOutcome {
    /** Checks that no part is missing. */
    public Failed {
      Objects.requireNonNull(pass, "pass");
      Objects.requireNonNull(failure, "failure");
    }

    @Override
    public Kind kind() {
      return Kind.FAILED;
    }

    @Override
    public Health health() {
      return new Health(HealthStatus.UNKNOWN, failure.reason());
    }

    @Override
    public Optional<Failure> firstFailure() {
      return Optional.of(failure);
    }
  }
}
