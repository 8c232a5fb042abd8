package io.gitops4j.k8s.internal.order;

import java.util.EnumSet;
import java.util.Set;

/**
 * That an object is a hook: made to run, not to stay. Immutable.
 *
 * @param points where it runs
 * @param policies when what it made is removed again
 */
public record Hook(Set<Point> points, Set<DeletePolicy> policies) {
  /** On which syncs a hook runs: Helm tells the first one from later ones, Argo CD does not. */
  public enum Occasion {
    /** On every sync. */
    ANY,
    /** On the first one. */
    INSTALL,
    /** On all but the first. */
    UPGRADE
  }

  /** One place where a hook runs. */
  public record Point(Phase phase, Occasion occasion) {}

  /** When a hook's object is removed. */
  public enum DeletePolicy {
    /** Right before it runs the next time. */
    BEFORE_CREATION,
    /** Once it succeeded. */
    SUCCEEDED,
    /** Once it failed. */
    FAILED
  }

  /** Copies both. */
  public Hook {
    points = Set.copyOf(points);
    policies = Set.copyOf(policies);
  }

  /**
   * The phases it runs in.
   *
   * @param install whether this is the first sync of the target
   */
  public Set<Phase> phases(boolean install) {
    Set<Phase> phases = EnumSet.noneOf(Phase.class);
    for (Point point : points) {
      boolean runs =
          switch (point.occasion()) {
            case ANY -> true;
            case INSTALL -> install;
            case UPGRADE -> !install;
          };
      if (runs) {
        phases.add(point.phase());
      }
    }
    return phases;
  }
}
