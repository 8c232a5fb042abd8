package io.gitops4j.controller;

import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import java.util.Map;
import java.util.Optional;

/** Whether a target is far enough for those that depend on it. */
final class Readiness {
  private Readiness() {}

  /** Why a target has to wait for another, before its pass begins. */
  static Optional<String> notReady(TargetState s, Map<TargetId, TargetState> all) {
    return s.rules.dependsOn().stream()
        .flatMap(id -> missing(all.get(id)).map(why -> waitsFor(id, why)).stream())
        .findFirst();
  }

  /** Why a target has to wait for another, once its pass knows the revision. */
  static Optional<String> notAsFar(TargetState s, Map<TargetId, TargetState> all) {
    return s.rules.dependsOn().stream()
        .filter(id -> behind(all.get(id), s))
        .map(id -> waitsFor(id, unapplied(s.revision) + held(all.get(id))))
        .findFirst();
  }

  /** The target that has to apply first what another has seen. */
  static Optional<TargetState> behind(TargetState s, Map<TargetId, TargetState> all) {
    return s.rules.dependsOn().stream().map(all::get).filter(d -> behind(d, s)).findFirst();
  }

  private static String waitsFor(TargetId id, String why) {
    return "waits for " + id + ": " + why;
  }

  private static String unapplied(Optional<Revision> revision) {
    return "it has not applied " + revision.map(Revision::toString).orElse("a revision") + " yet";
  }

  private static String held(TargetState d) {
    return d.pin.map(p -> "; it is " + p.message()).orElse("");
  }

  /** Why it is not, in words that follow its name; empty when it is. */
  private static Optional<String> missing(TargetState d) {
    if (d.last.isEmpty()) {
      return Optional.of(d.suspended ? "it is suspended" : "it has not run yet");
    }
    Optional<String> unfinished =
        switch (d.last.get()) {
          case FAILED, INCOMPLETE -> Optional.of("its pass failed: " + d.message);
          case PLANNED -> Optional.of("its plan is held: " + d.message);
          case APPLIED, IN_SYNC -> Optional.empty();
        };
    if (unfinished.isPresent()) {
      return unfinished;
    }
    if (d.moving && !d.suspended) {
      return Optional.of("it looks for a newer revision");
    }
    if (!TargetState.sameState(d.revision, d.applied)) {
      return Optional.of(unapplied(d.revision));
    }
    return switch (d.health.status()) {
      case HEALTHY, SUSPENDED -> Optional.empty();
      case PROGRESSING, MISSING, DEGRADED, UNKNOWN -> Optional.of(unwell(d));
    };
  }

  private static String unwell(TargetState d) {
    HealthStatus status = d.health.status();
    String why = d.health.message();
    return "it is " + status + (why.isEmpty() ? "" : ": " + why);
  }

  /**
   * Whether it follows the same reference of the same repository and is not where the other is.
   * What is pinned went its own way, and waits for nobody's revision.
   */
  private static boolean behind(TargetState dependency, TargetState other) {
    return other.pin.isEmpty()
        && other.rules.repository().isPresent()
        && other.rules.repository().equals(dependency.rules.repository())
        && other.revision.isPresent()
        && dependency.revision.isPresent()
        && other.revision.get().reference().equals(dependency.revision.get().reference())
        && !TargetState.sameState(other.revision, dependency.applied);
  }
}
