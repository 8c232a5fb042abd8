package io.gitops4j.apply;

import io.gitops4j.diff.Change;
import io.gitops4j.error.Failure;
import io.gitops4j.health.Health;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one change, on two axes: did the write happen, and is the thing well. Immutable.
 *
 * @param change as planned
 * @param actuation whether the write happened
 * @param health of the thing right after
 * @param failure why the write failed or was skipped, empty when it succeeded
 */
public record ChangeResult(
    Change change, Actuation actuation, Health health, Optional<Failure> failure) {
  /** Checks that no part is missing. */
  public ChangeResult {
    Objects.requireNonNull(change, "change");
    Objects.requireNonNull(actuation, "actuation");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(failure, "failure");
  }
}
