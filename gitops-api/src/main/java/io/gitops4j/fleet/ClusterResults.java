package io.gitops4j.fleet;

import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.fleet.ClusterState.Standing;
import io.gitops4j.fleet.RolloutEvent.Sight;
import io.gitops4j.health.Health;
import io.gitops4j.model.Revision;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the passes of the clusters came to, and who was told of it. Thread-safe. */
final class ClusterResults {
  private final FleetSpec<?> spec;
  private final Map<String, ReconcileOutcome> outcomes = new HashMap<>();
  private final Map<String, Failure> failures = new HashMap<>();
  private final Map<String, Told> told = new HashMap<>();

  private record Told(State state, Optional<Revision> of) {}

  ClusterResults(FleetSpec<?> spec) {
    this.spec = spec;
  }

  /**
   * A pass of a cluster ended.
   *
   * @param about the revision that it may have
   * @return what follows for the rollout
   */
  synchronized RolloutEvent ended(String cluster, ReconcileOutcome outcome, Revision about) {
    failures.remove(cluster);
    outcome.firstFailure().ifPresent(f -> failures.put(cluster, named(cluster, f)));
    ReconcileOutcome before = outcomes.get(cluster);
    boolean lookOnly =
        outcome.kind() == ReconcileOutcome.Kind.IN_SYNC
            && before != null
            && before.kind() == ReconcileOutcome.Kind.APPLIED
            && before.pass().revision().filter(about::sameState).isPresent();
    if (!lookOnly) {
      outcomes.put(cluster, outcome);
    }
    return outcome
        .pass()
        .pin()
        .or(outcome.pass()::rollback)
        .map(pin -> pinned(cluster, about, pin))
        .orElseGet(() -> saw(cluster, outcome, outcome.pass().revision().orElse(about)));
  }

  /** It failed otherwise than by an outcome. */
  synchronized void failed(String cluster, Failure failure) {
    failures.put(cluster, named(cluster, failure));
  }

  /** It took too long. */
  void gaveUp(RolloutAction.GaveUp gaveUp) {
    failed(
        gaveUp.cluster(),
        switch (gaveUp.of()) {
          case ANSWER -> timedOut(gaveUp.why());
          case HEALTH -> unwell(gaveUp.why());
        });
  }

  static Failure timedOut(String why) {
    return new Failure(
        Stage.APPLY,
        "FLEET-CLUSTER-TIMED-OUT",
        Retryability.RETRY,
        Optional.empty(),
        why,
        Optional.of("see whether it answers; the next pass goes on where this one stopped"));
  }

  private static Failure named(String cluster, Failure failure) {
    return failure.within("cluster " + cluster);
  }

  /**
   * It was taken back, or goes back by itself: the fleet does not go on as if it had what it was
   * given.
   */
  private static RolloutEvent pinned(String cluster, Revision given, Pin pin) {
    return new RolloutEvent.Saw(cluster, given, Sight.HELD, false, pin.message());
  }

  private static RolloutEvent saw(String cluster, ReconcileOutcome outcome, Revision revision) {
    Health health = outcome.health();
    boolean wrote = outcome.kind() == ReconcileOutcome.Kind.APPLIED;
    Optional<String> left = outcome.madePlan().filter(p -> wrote).flatMap(Plan::heldInPart);
    if (left.isPresent()) {
      // However well it is: what it runs is not the revision.
      return new RolloutEvent.Saw(cluster, revision, Sight.HELD, wrote, left.get());
    }
    return switch (outcome.kind()) {
      case IN_SYNC, APPLIED ->
          switch (health.status()) {
            case HEALTHY, SUSPENDED ->
                new RolloutEvent.Saw(cluster, revision, Sight.WELL, wrote, "");
            case PROGRESSING, MISSING, DEGRADED, UNKNOWN ->
                new RolloutEvent.Saw(cluster, revision, Sight.UNWELL, wrote, unwell(health));
          };
      case PLANNED ->
          new RolloutEvent.Saw(cluster, revision, Sight.HELD, false, outcome.whyHeld().orElse(""));
      case INCOMPLETE, FAILED ->
          new RolloutEvent.Saw(
              cluster,
              revision,
              Sight.FAILED,
              false,
              outcome.firstFailure().map(Failure::message).orElse("its pass failed"));
    };
  }

  private static String unwell(Health health) {
    return health.message().isEmpty()
        ? "it is " + health.status().word()
        : "it is " + health.status().word() + ": " + health.message();
  }

  /** Forgets who was told what: a new pass begins. */
  synchronized void anew() {
    outcomes.clear();
    failures.clear();
    told.clear();
  }

  /** The outcomes that are new, by cluster. */
  synchronized Map<String, ClusterOutcome> news(Rollout rollout) {
    Map<String, ClusterOutcome> news = new LinkedHashMap<>();
    for (String cluster : spec.members().keySet()) {
      ClusterOutcome now = outcome(cluster, rollout);
      Told tale = new Told(now.state(), rollout.head());
      if (now.state() == State.NOT_REACHED || now.state() == State.UNDER_WAY) {
        told.remove(cluster);
      } else if (!tale.equals(told.put(cluster, tale))) {
        news.put(cluster, now);
      }
    }
    return news;
  }

  /** How all of them stand. */
  synchronized Map<String, ClusterOutcome> all(Rollout rollout) {
    Map<String, ClusterOutcome> all = new LinkedHashMap<>();
    spec.waves().forEach(w -> w.clusters().forEach(c -> all.put(c, outcome(c, rollout))));
    return all;
  }

  private ClusterOutcome outcome(String cluster, Rollout rollout) {
    ClusterState state = rollout.cluster(cluster);
    State end =
        switch (state.standing) {
          case WAITING -> State.NOT_REACHED;
          case GIVEN, UNWELL -> State.UNDER_WAY;
          case HELD -> State.HELD;
          case WELL -> State.WELL;
          case FAILED -> State.FAILED;
        };
    Optional<Failure> failure = Optional.empty();
    String message = state.why;
    if (state.standing == Standing.FAILED) {
      failure =
          Optional.ofNullable(failures.get(cluster))
              .or(() -> Optional.of(named(cluster, unwell(state.why))));
      message = failure.get().message();
    } else if (state.standing == Standing.WAITING) {
      message = rollout.waitsFor(cluster);
    }
    return new ClusterOutcome(
        cluster,
        spec.member(cluster).target(),
        spec.waveOf(cluster),
        end,
        Optional.ofNullable(outcomes.get(cluster)),
        failure,
        message);
  }

  private static Failure unwell(String why) {
    return new Failure(
        Stage.HEALTH,
        "FLEET-CLUSTER-UNWELL",
        Retryability.RETRY,
        Optional.empty(),
        why,
        Optional.of("look at what is not well there, or give it more time by clusterLimit"));
  }
}
