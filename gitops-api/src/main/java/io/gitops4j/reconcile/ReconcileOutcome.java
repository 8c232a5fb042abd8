package io.gitops4j.reconcile;

import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import java.util.Objects;

/** How a pass ended. Switch on {@link #kind()}. */
public sealed interface ReconcileOutcome {
  /** The ends of a pass. */
  enum Kind {
    /** Nothing to write. */
    IN_SYNC,
    /** There is a plan, and a gate holds it. */
    PLANNED,
    /** The whole plan was applied. */
    APPLIED,
    /** Parts of the plan failed; the rest was applied. */
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
  }

  /**
   * There is a plan, and a gate holds it.
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
  }

  /**
   * Parts of the plan failed; the rest was applied.
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
  }
}
