package io.gitops4j.k8s;

import java.time.Duration;
import java.util.Objects;

/**
 * What happens with objects whose kind nobody serves nor defines. One that is awaited is planned
 * without a dry run and applied last; it fails alone when its kind does not come. Immutable.
 *
 * @param awaited which are awaited
 * @param limit how long a pass waits for all of them, positive
 */
public record MissingKinds(Awaited awaited, Duration limit) {
  /** Which objects are awaited; any other is an error that names it. */
  public enum Awaited {
    /** Those that say {@code SkipDryRunOnMissingResource=true} for Argo CD. */
    MARKED,
    /** All but those that say {@code SkipDryRunOnMissingResource=false}. */
    ALL
  }

  /** Checks that no part is missing. */
  public MissingKinds {
    Objects.requireNonNull(awaited, "awaited");
    Objects.requireNonNull(limit, "limit");
  }
}
