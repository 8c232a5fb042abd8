package io.gitops4j.fleet;

/**
 * Hears how a fleet goes on, one event at a time, on a thread of the fleet: be quick. What it
 * throws is logged and changes nothing.
 */
public interface FleetListener {
  /**
   * It is known how a cluster came out; told at once, whatever the others do.
   *
   * @param event how
   */
  default void ended(FleetEvent.Ended event) {}

  /**
   * A wave has proven a revision.
   *
   * @param event which
   */
  default void proven(FleetEvent.Proven event) {}

  /**
   * A wave failed, and the rollout with it.
   *
   * @param event which, and why
   */
  default void stopped(FleetEvent.Stopped event) {}

  /**
   * The gate behind a wave is closed; told again when it is so for another revision or reason.
   *
   * @param event which, and why
   */
  default void held(FleetEvent.Held event) {}

  /**
   * A newer revision came before all clusters had the older one.
   *
   * @param event which
   */
  default void superseded(FleetEvent.Superseded event) {}
}
