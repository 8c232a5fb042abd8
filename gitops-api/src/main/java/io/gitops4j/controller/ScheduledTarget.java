package io.gitops4j.controller;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.reconcile.SyncPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A target of a controller, and when it runs. Immutable. */
public final class ScheduledTarget {
  private final Reconciler<?> reconciler;
  private final Duration passLimit;
  private final Rules rules;

  private ScheduledTarget(Builder builder) {
    reconciler = builder.reconciler;
    passLimit = builder.passLimit;
    rules =
        new Rules(
            reconciler.target(),
            builder.tenant,
            builder.interval,
            Set.copyOf(builder.dependsOn),
            builder.retry,
            builder.healing,
            reconciler.policy().drift() != SyncPolicy.Drift.OFF,
            reconciler.repository(),
            Optional.empty());
  }

  /**
   * Begins to say when a target runs.
   *
   * @param reconciler what runs
   * @return a builder with the defaults
   */
  public static Builder builder(Reconciler<?> reconciler) {
    return new Builder(reconciler);
  }

  /**
   * A target with the defaults.
   *
   * @param reconciler what runs
   * @return the target
   */
  public static ScheduledTarget of(Reconciler<?> reconciler) {
    return builder(reconciler).build();
  }

  /**
   * Which target: what a controller is asked for it by.
   *
   * @return its name
   */
  public TargetId target() {
    return rules.id();
  }

  Reconciler<?> reconciler() {
    return reconciler;
  }

  Duration passLimit() {
    return passLimit;
  }

  Rules rules() {
    return rules;
  }

  /** Says more than the defaults. Not thread-safe. */
  public static final class Builder {
    private static final RetryPolicy FIVE =
        new RetryPolicy(5, Duration.ofSeconds(5), 2, Duration.ofMinutes(3));

    private final Reconciler<?> reconciler;
    private String tenant = "default";
    private Duration interval = Duration.ofMinutes(3);
    private Duration passLimit = Duration.ofMinutes(30);
    private final Set<TargetId> dependsOn = new LinkedHashSet<>();
    private RetryPolicy retry;
    private RetryPolicy healing =
        new RetryPolicy(-1, Duration.ofSeconds(2), 3, Duration.ofSeconds(300));

    private Builder(Reconciler<?> reconciler) {
      this.reconciler = Objects.requireNonNull(reconciler, "reconciler");
      this.retry = reconciler.retry().orElse(FIVE);
    }

    /**
     * Who it belongs to: workers go to tenants in turn. Default: {@code default}.
     *
     * @param name the tenant
     * @return this
     */
    public Builder tenant(String name) {
      tenant = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * How long after a pass the next one comes when nothing happens in between; a part that is left
     * to chance is added. Default: 3 minutes.
     *
     * @param time positive
     * @return this
     */
    public Builder interval(Duration time) {
      interval = Objects.requireNonNull(time, "time");
      return this;
    }

    /**
     * The longest that one pass may take. Default: 30 minutes.
     *
     * @param limit positive
     * @return this
     */
    public Builder passLimit(Duration limit) {
      passLimit = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * Runs only when another target of the controller has applied its revision and is well,
     * whatever kinds of destination the two have.
     *
     * @param target its name
     * @return this
     * @throws IllegalArgumentException when the name is malformed
     */
    public Builder dependsOn(String target) {
      dependsOn.add(new TargetId(target));
      return this;
    }

    /**
     * How often a revision that fails is tried again before it is left alone. Default: what the
     * reconciler was built with; if it was with none, five times, first after 5 seconds, then twice
     * as long each time, at most 3 minutes.
     *
     * @param policy the policy
     * @return this
     */
    public Builder retry(RetryPolicy policy) {
      retry = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * How long is waited before drift is corrected once more. The first correction is not delayed;
     * after the longest wait without one, counting begins anew. Default: 2 seconds, then three
     * times as long each time, at most 300 seconds.
     *
     * @param policy its waits; its limit has no meaning here, a fight ends healing by itself
     * @return this
     */
    public Builder healing(RetryPolicy policy) {
      healing = new RetryPolicy(-1, policy.first(), policy.factor(), policy.longest());
      return this;
    }

    /**
     * Checks everything.
     *
     * @return the target
     * @throws ConfigurationException that lists all problems
     */
    public ScheduledTarget build() {
      List<String> problems = new ArrayList<>();
      if (interval.isNegative() || interval.isZero()) {
        problems.add("interval must be positive, not " + interval);
      }
      if (passLimit.isNegative() || passLimit.isZero()) {
        problems.add("passLimit must be positive, not " + passLimit);
      }
      if (tenant.isEmpty()) {
        problems.add("tenant is empty");
      }
      if (!problems.isEmpty()) {
        throw new ConfigurationException("target " + reconciler.target(), problems);
      }
      return new ScheduledTarget(this);
    }
  }
}
