package io.gitops4j.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Clusters that get a revision together. A wave has proven it when all of them, but for as many as
 * may fail, have applied it and are well; only then the next wave gets it. Immutable.
 *
 * @param name for people
 * @param clusters in the order in which they get it; those that failed last go last
 * @param atOnce how many of them may be on their way to it at once, from being given it to being
 *     well
 * @param allowedFailures how many of them may fail; one more stops the rollout
 * @param soak how long they must stay well, counted from the last write to any of them; what a
 *     revision does not change needs no time to show
 * @param gateBehind asked when all that is true, before the next wave begins
 */
public record Wave(
    String name,
    List<String> clusters,
    int atOnce,
    int allowedFailures,
    Duration soak,
    WaveGate gateBehind) {
  /** Copies the clusters; {@link FleetBuilder#build()} checks the values, all at once. */
  public Wave {
    Objects.requireNonNull(name, "name");
    clusters = List.copyOf(clusters);
    Objects.requireNonNull(soak, "soak");
    Objects.requireNonNull(gateBehind, "gateBehind");
  }

  /**
   * A wave whose clusters all go at once, none of which may fail, and that need not stay well.
   *
   * @param name for people
   * @param clusters by their names in the fleet
   * @return the wave
   */
  public static Wave of(String name, String... clusters) {
    return new Wave(name, List.of(clusters), Integer.MAX_VALUE, 0, Duration.ZERO, WaveGate.open());
  }

  /**
   * The wave with a limit.
   *
   * @param number of clusters that may be on their way at once, positive
   * @return the other wave
   */
  public Wave withAtOnce(int number) {
    return new Wave(name, clusters, number, allowedFailures, soak, gateBehind);
  }

  /**
   * The wave with a limit in proportion to its size, as Argo CD's {@code maxUpdate} in percent.
   *
   * @param share from 0 to 1; at least one cluster
   * @return the other wave
   */
  public Wave withShareAtOnce(double share) {
    return withAtOnce(Math.max(1, (int) (clusters.size() * share)));
  }

  /**
   * The wave with a budget of failures.
   *
   * @param number of clusters that may fail, less than all of them
   * @return the other wave
   */
  public Wave withAllowedFailures(int number) {
    return new Wave(name, clusters, atOnce, number, soak, gateBehind);
  }

  /**
   * The wave with a time to stay well.
   *
   * @param time not negative
   * @return the other wave
   */
  public Wave withSoak(Duration time) {
    return new Wave(name, clusters, atOnce, allowedFailures, time, gateBehind);
  }

  /**
   * The wave with a gate behind it. What is to be asked before a wave is a gate behind the one
   * before it; behind the last wave it would never be asked, and is refused.
   *
   * @param further asked before the next wave begins
   * @return the other wave
   */
  public Wave withGateBehind(WaveGate further) {
    return new Wave(name, clusters, atOnce, allowedFailures, soak, further);
  }
}
