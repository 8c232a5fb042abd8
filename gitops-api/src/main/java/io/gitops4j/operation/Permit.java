package io.gitops4j.operation;

import java.time.Duration;

/**
 * The right to write that one replica among several has for a time. Measured by a clock that only
 * this process sees and that never jumps. Thread-safe.
 */
public interface Permit {
  /**
   * How long it still holds, as far as this process can know.
   *
   * @return zero once it ended; longer again when it was renewed
   */
  Duration remaining();

  /**
   * Tells this right from every other one that was ever given for the same thing, to this replica
   * or another.
   *
   * @return the fencing token
   */
  String token();
}
