package io.gitops4j.fleet;

import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import java.util.Optional;

/**
 * Is asked when a wave has proven a revision, before the next wave gets it: an approval, a look at
 * metrics. What only clusters of one wave have to pass is a {@link io.gitops4j.gate.Gate} of their
 * own. While it is closed, a fleet under a controller asks it as often as {@link
 * FleetBuilder#checkEvery} says, on a thread of the controller's workers. Thread-safe.
 */
@FunctionalInterface
public interface WaveGate {
  /**
   * Whether the next wave has to wait.
   *
   * @param wave that has proven the revision
   * @param revision what the next wave would get
   * @param context bounds the answer
   * @return why it waits, and what would end that; empty when it may begin
   */
  Optional<String> held(Wave wave, Revision revision, OperationContext context);

  /**
   * Lets everything pass.
   *
   * @return the gate of a wave that says nothing else
   */
  static WaveGate open() {
    return OpenGate.INSTANCE;
  }
}
