package io.gitops4j.reconcile;

import io.gitops4j.error.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * That a target goes back by itself when a revision turns out to be bad. Immutable.
 *
 * <p>A pass that applies a revision for the first time then waits until everything that the target
 * owns is well. When it has to end before, or its process is killed, the next pass waits on: the
 * window is that of the revision, not of a pass. A revision is bad when something of it is refused,
 * fails, or is not well when the window ends; and when something is degraded later within the
 * window. When no pass waits as the window ends, the next one with nothing to write does so for as
 * long as the window again, a minute at most, before what is only not well yet counts as bad. What
 * was not well before and is not touched does not count, and neither does a server that does not
 * answer. The target then goes back to the earlier revision ({@link Rollback#earlier}) and stays
 * there until its source stands elsewhere than at the bad one. When that revision is not well
 * either, it stays there and tells.
 *
 * @param window how long a revision has to become well, and may turn out to be bad, from its first
 *     pass on; positive
 * @param hooks whether hooks of the revision that is gone back to run
 */
public record AutoRollback(Duration window, Pin.Hooks hooks) {
  /**
   * Checks the window.
   *
   * @throws ConfigurationException when it is not positive
   */
  public AutoRollback {
    Objects.requireNonNull(hooks, "hooks");
    if (window.isNegative() || window.isZero()) {
      throw new ConfigurationException(
          "automatic rollback", List.of("the window must be positive: " + window));
    }
  }

  /**
   * Goes back with the hooks of the earlier revision.
   *
   * @param window how long a revision may turn out to be bad
   * @return the policy
   * @throws ConfigurationException when the window is not positive
   */
  public static AutoRollback within(Duration window) {
    return new AutoRollback(window, Pin.Hooks.RUN);
  }
}
