package io.gitops4j.reconcile;

import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One pass of one target: what every outcome tells. Immutable.
 *
 * @param operationId as its events carry it
 * @param target whose pass
 * @param revision that it was about: where the source stood, or where the target is pinned; empty
 *     when the source could not say
 * @param pin that held it at the revision, empty when it followed the source
 * @param rollback the pin that it ended with, because its revision turned out to be bad: the next
 *     pass goes back
 * @param started by the reconciler's clock
 * @param took how long, by a clock that never jumps
 */
public record Pass(
    String operationId,
    TargetId target,
    Optional<Revision> revision,
    Optional<Pin> pin,
    Optional<Pin> rollback,
    Instant started,
    Duration took) {
  /** Checks that no part is missing. */
  public Pass {
    Objects.requireNonNull(operationId, "operationId");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(pin, "pin");
    Objects.requireNonNull(rollback, "rollback");
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(took, "took");
  }
}
