package io.gitops4j.reconcile;

import io.gitops4j.error.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How often a pass that failed is run again, and how long is waited before. Immutable. Passing
 * faults of one request are tried again within a pass, whatever this says.
 *
 * @param limit how many passes are run again; 0 for none, negative for no limit
 * @param first before the first of these, positive
 * @param factor by which each wait is longer than the one before, at least 1
 * @param longest that is ever waited, not shorter than the first
 */
public record RetryPolicy(int limit, Duration first, double factor, Duration longest) {
  /**
   * Checks that it makes sense.
   *
   * @throws ConfigurationException that lists all that does not
   */
  public RetryPolicy {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(longest, "longest");
    List<String> problems = new ArrayList<>();
    if (first.isNegative() || first.isZero()) {
      problems.add("the first wait must be positive: " + first);
    }
    if (!(factor >= 1)) {
      problems.add("the factor must be at least 1: " + factor);
    }
    if (longest.compareTo(first) < 0) {
      problems.add("the longest wait " + longest + " is shorter than the first " + first);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("retry policy", problems);
    }
  }

  /**
   * A pass that failed is not run again; the next one is whoever drives the target's business.
   *
   * @return the policy of a target that says nothing else
   */
  public static RetryPolicy none() {
    return new RetryPolicy(0, Duration.ofSeconds(5), 2, Duration.ofMinutes(3));
  }

  /**
   * What comes after a number of passes that failed.
   *
   * @param failed how many, at least 1
   * @return how long to wait before the next; empty when there is none
   */
  public Optional<Duration> after(int failed) {
    if (limit >= 0 && failed > limit) {
      return Optional.empty();
    }
    double millis = first.toMillis() * Math.pow(factor, failed - 1);
    return Optional.of(Duration.ofMillis((long) Math.min(millis, longest.toMillis())));
  }
}
