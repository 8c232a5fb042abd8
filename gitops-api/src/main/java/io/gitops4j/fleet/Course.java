package io.gitops4j.fleet;

import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told of a rollout, and what its gates are asked: first the clusters, then what follows
 * from them. One thread at a time.
 */
final class Course {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

  private final FleetSpec<?> spec;
  private final Convoy<?> convoy;
  private final ClusterResults results;

  /**
   * What a gate said last: it is asked again and again, and told of when it says something else.
   */
  private Optional<Held> told = Optional.empty();

  private record Held(RolloutAction.Ask ask, String why) {}

  Course(FleetSpec<?> spec, Convoy<?> convoy, ClusterResults results) {
    this.spec = spec;
    this.convoy = convoy;
    this.results = results;
  }

  /**
   * What is not about one cluster's passes: asks the gate, or tells what was decided.
   *
   * @param context of what a gate asks
   */
  void follow(RolloutAction action, OperationContext context) {
    if (action instanceof RolloutAction.Ask ask) {
      ask(ask, context);
    } else if (action instanceof RolloutAction.Proven proven) {
      proven(proven);
    } else if (action instanceof RolloutAction.Stopped stopped) {
      stopped(stopped);
    } else if (action instanceof RolloutAction.Superseded superseded) {
      superseded(superseded);
    }
  }

  /** Asks the gate behind a wave; one that throws is closed. */
  private void ask(RolloutAction.Ask ask, OperationContext context) {
    tellNews();
    Wave wave = spec.waves().get(ask.wave());
    Optional<String> held;
    try {
      held = wave.gateBehind().held(wave, ask.revision(), context);
    } catch (Throwable thrown) {
      LOG.error("the gate behind wave {} of {} failed", wave.name(), spec.id(), thrown);
      held = Optional.of("its gate failed: " + thrown);
    }
    convoy.post(new RolloutEvent.Answered(ask.wave(), ask.revision(), held));
    Optional<Held> answer = held.map(why -> new Held(ask, why));
    if (!answer.equals(told)) {
      told = answer;
      answer.ifPresent(
          h ->
              spec.listener()
                  .held(new FleetEvent.Held(spec.id(), now(), wave, ask.revision(), h.why())));
    }
  }

  private void proven(RolloutAction.Proven proven) {
    tellNews();
    spec.listener()
        .proven(
            new FleetEvent.Proven(
                spec.id(), now(), spec.waves().get(proven.wave()), proven.revision()));
  }

  private void stopped(RolloutAction.Stopped stopped) {
    tellNews();
    spec.listener()
        .stopped(
            new FleetEvent.Stopped(
                spec.id(),
                now(),
                spec.waves().get(stopped.wave()),
                stopped.revision(),
                stopped.why()));
  }

  private void superseded(RolloutAction.Superseded superseded) {
    tellNews();
    spec.listener()
        .superseded(
            new FleetEvent.Superseded(spec.id(), now(), superseded.older(), superseded.newer()));
  }

  /** Tells of the clusters whose end is known since the last time. */
  void tellNews() {
    convoy
        .look(results::news)
        .values()
        .forEach(o -> spec.listener().ended(new FleetEvent.Ended(spec.id(), now(), o)));
  }

  /** How all of it stands. */
  FleetOutcome outcome() {
    return convoy.look(this::outcome);
  }

  private FleetOutcome outcome(Rollout rollout) {
    Map<String, ClusterOutcome> clusters = results.all(rollout);
    Optional<Revision> revision = rollout.head();
    Optional<WaveState> current = rollout.current();
    if (revision.isEmpty()) {
      return new FleetOutcome(
          FleetOutcome.Kind.UNDER_WAY, revision, clusters, Optional.empty(), "");
    }
    if (rollout.gated().isPresent()) {
      return end(FleetOutcome.Kind.HELD, revision, clusters, rollout.gated().get().held);
    }
    if (current.isEmpty()) {
      boolean all = clusters.values().stream().allMatch(c -> c.state() == State.WELL);
      return end(
          all ? FleetOutcome.Kind.COMPLETE : FleetOutcome.Kind.INCOMPLETE, revision, clusters, "");
    }
    String reason = "wave " + current.get().wave.name() + current.get().trouble();
    if (current.get().stopped()) {
      return end(FleetOutcome.Kind.STOPPED, revision, clusters, reason);
    }
    return end(
        rollout.ended() ? FleetOutcome.Kind.HELD : FleetOutcome.Kind.UNDER_WAY,
        revision,
        clusters,
        reason);
  }

  private static FleetOutcome end(
      FleetOutcome.Kind kind,
      Optional<Revision> revision,
      Map<String, ClusterOutcome> clusters,
      String message) {
    return new FleetOutcome(kind, revision, clusters, Optional.empty(), message);
  }

  private Instant now() {
    return spec.clock().instant();
  }
}
