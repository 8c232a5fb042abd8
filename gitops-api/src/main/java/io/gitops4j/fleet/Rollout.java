package io.gitops4j.fleet;

import io.gitops4j.fleet.ClusterState.Standing;
import io.gitops4j.fleet.RolloutAction.Ask;
import io.gitops4j.fleet.RolloutAction.Check;
import io.gitops4j.fleet.RolloutAction.GaveUp;
import io.gitops4j.fleet.RolloutAction.Give;
import io.gitops4j.fleet.RolloutAction.Lack;
import io.gitops4j.fleet.RolloutAction.Proven;
import io.gitops4j.fleet.RolloutAction.Stopped;
import io.gitops4j.fleet.RolloutAction.Superseded;
import io.gitops4j.internal.thread.Alarm;
import io.gitops4j.model.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster may have which revision. Decides only: no clock, no thread, no I/O; the same events
 * at the same moments lead to the same actions. Not thread-safe.
 *
 * <p>It goes by what is so, not by what was: a wave has proven the newest revision as long as its
 * clusters have it and were seen well, and only as long as all waves before have proven it is it
 * given to a cluster. What a cluster was given it keeps until it is given something newer.
 */
final class Rollout {
  /** Later than any time. */
  static final long NEVER = Alarm.NEVER;

  /**
   * How things go on.
   *
   * @param atOnce how many passes at once
   * @param limit how long a pass may take once it has begun, and how long a cluster may take to be
   *     well
   * @param grace what a pass that ends at its limit may take to tell
   * @param look how long until who is not well yet is looked at again
   */
  record Pace(int atOnce, Duration limit, Duration grace, Duration look) {}

  private final List<WaveState> waves = new ArrayList<>();
  private final Map<String, ClusterState> clusters = new LinkedHashMap<>();
  private final Pace pace;
  private @Nullable Revision head;
  private boolean resting;
  private List<RolloutAction> actions = new ArrayList<>();

  Rollout(List<Wave> waves, Pace pace) {
    this.pace = pace;
    for (Wave wave : waves) {
      List<ClusterState> members = wave.clusters().stream().map(ClusterState::new).toList();
      this.waves.add(new WaveState(this.waves.size(), wave, members));
      members.forEach(m -> clusters.put(m.name, m));
    }
  }

  /** What follows from an event. */
  List<RolloutAction> decide(RolloutEvent event, long now) {
    actions = new ArrayList<>();
    if (event instanceof RolloutEvent.Head e) {
      if (!resting) {
        head(e.revision());
      }
    } else if (event instanceof RolloutEvent.Recorded e) {
      cluster(e.cluster()).recorded(e);
    } else if (event instanceof RolloutEvent.Forgotten e) {
      cluster(e.cluster()).forget();
    } else if (event instanceof RolloutEvent.Began e) {
      cluster(e.cluster()).began(now);
    } else if (event instanceof RolloutEvent.Ended e) {
      cluster(e.cluster()).running = false;
    } else if (event instanceof RolloutEvent.Hindered e) {
      cluster(e.cluster()).hindered(now);
    } else if (event instanceof RolloutEvent.Freed e) {
      cluster(e.cluster()).hindered = false;
    } else if (event instanceof RolloutEvent.Saw e) {
      saw(cluster(e.cluster()), e, now);
    } else if (event instanceof RolloutEvent.Answered e) {
      answered(e, now);
    } else if (event instanceof RolloutEvent.Anew e) {
      anew(e.revision());
    }
    if (!resting) {
      giveUp(now);
      advance(now);
    }
    return actions;
  }

  /**
   * From now on nobody is given anything and nobody is given up, whatever happens: only what
   * clusters have is still learned. A newer revision waits until it is told again.
   */
  void rest() {
    resting = true;
  }

  /** Goes on deciding. */
  void wake() {
    resting = false;
  }

  /** What a cluster may have; empty when it was given nothing, as far as is known. */
  Optional<Revision> given(String cluster) {
    return Optional.ofNullable(cluster(cluster).at);
  }

  /** The newest revision; empty before the source was asked. */
  Optional<Revision> head() {
    return Optional.ofNullable(head);
  }

  /** How a cluster stands to the newest revision. */
  ClusterState cluster(String name) {
    ClusterState state = clusters.get(name);
    if (state == null) {
      throw new IllegalArgumentException("no cluster " + name + "; there are " + clusters.keySet());
    }
    return state;
  }

  /** The first wave that has not proven the newest revision; empty when all have. */
  Optional<WaveState> current() {
    return waves.stream().filter(w -> !w.proven(head)).findFirst();
  }

  /** The first wave behind which a gate is closed. */
  Optional<WaveState> gated() {
    return waves.stream().filter(w -> !passed(w)).findFirst().filter(w -> w.proven(head));
  }

  /** The clusters whose turn it was not. */
  List<String> unreached() {
    return clusters.values().stream()
        .filter(c -> c.standing == Standing.WAITING)
        .map(c -> c.name)
        .toList();
  }

  /** Why a cluster does not have the newest revision. */
  String waitsFor(String cluster) {
    Optional<WaveState> gated = gated();
    return gated
        .map(w -> "waits behind wave " + w.wave.name() + ": " + w.held)
        .or(() -> current().map(w -> "waits for wave " + w.wave.name() + w.trouble()))
        .orElse("waits for its turn");
  }

  /** Whether nothing more happens unless something happens outside. */
  boolean ended() {
    return clusters.values().stream().noneMatch(c -> c.pending)
        && (gated().isPresent() || current().map(w -> !w.moves(head)).orElse(true));
  }

  /** When time alone makes something due. */
  long nextDue() {
    long due = NEVER;
    for (ClusterState c : clusters.values()) {
      if (c.timed()) {
        due = Math.min(due, c.pendingSince + overdue());
      } else if (!c.pending && c.standing == Standing.UNWELL) {
        due = Math.min(due, c.givenAt + pace.limit().toNanos());
      }
    }
    Optional<WaveState> gated = gated();
    if (gated.isPresent()) {
      return Math.min(due, gated.get().askedAt + pace.look().toNanos());
    }
    return Math.min(due, current().map(this::nextCheck).orElse(NEVER));
  }

  private long nextCheck(WaveState w) {
    return w.members.stream()
        .filter(c -> !c.pending && w.checks(c, head))
        .mapToLong(c -> w.checkDue(c, pace.look()))
        .min()
        .orElse(NEVER);
  }

  private long overdue() {
    return pace.limit().plus(pace.grace()).toNanos();
  }

  private void head(Revision revision) {
    if (head != null && head.sameState(revision)) {
      return;
    }
    if (head != null && current().isPresent()) {
      actions.add(new Superseded(head, revision));
    }
    begin(revision);
  }

  private void anew(Revision revision) {
    for (ClusterState c : clusters.values()) {
      c.pending = false;
      c.running = false;
    }
    begin(revision);
  }

  private void begin(Revision revision) {
    head = revision;
    clusters.values().forEach(c -> c.standing = Standing.WAITING);
    waves.forEach(WaveState::anew);
  }

  private void saw(ClusterState c, RolloutEvent.Saw saw, long now) {
    c.running = false;
    // What was about another revision than the cluster may have says nothing.
    if (!c.has(saw.revision())) {
      return;
    }
    c.pending = false;
    if (c.has(head) && c.standing != Standing.WAITING) {
      c.saw(saw, now);
    } else {
      c.troubled = saw.sight() == RolloutEvent.Sight.FAILED;
    }
  }

  private void answered(RolloutEvent.Answered answer, long now) {
    if (head != null && head.sameState(answer.revision())) {
      waves.get(answer.wave()).answered(answer.held(), now);
    }
  }

  private void giveUp(long now) {
    for (ClusterState c : clusters.values()) {
      if (c.timed() && now - c.pendingSince >= overdue()) {
        String what = c.running ? "its pass did not end within " : "it could not run within ";
        gaveUp(c, Lack.ANSWER, what + pace.limit());
      } else if (c.standing == Standing.UNWELL
          && !c.pending
          && now - c.givenAt >= pace.limit().toNanos()) {
        gaveUp(c, Lack.HEALTH, "it was not well within " + pace.limit() + ": " + c.why);
      }
    }
  }

  private void gaveUp(ClusterState c, Lack of, String why) {
    if (c.standing == Standing.WAITING) {
      // What did not end was about an older revision.
      c.pending = false;
      c.troubled = true;
    } else {
      c.failed(why);
    }
    actions.add(new GaveUp(c.name, of, why));
  }

  private void advance(long now) {
    if (head == null) {
      return;
    }
    for (WaveState w : waves) {
      if (!w.proven(head)) {
        if (w.stopped()) {
          w.tellStopped().ifPresent(why -> actions.add(new Stopped(w.number, head, why)));
        } else {
          give(w, now);
          check(w, now);
        }
        return;
      }
      if (w.number < waves.size() - 1 && w.tellProven()) {
        actions.add(new Proven(w.number, head));
      }
      if (!passed(w)) {
        if (w.askedAt == NEVER || now - w.askedAt >= pace.look().toNanos()) {
          w.askedAt = now;
          actions.add(new Ask(w.number, head));
        }
        return;
      }
    }
  }

  /** Behind the last wave there is nothing that a gate could hold. */
  private boolean passed(WaveState w) {
    return w.proven(head) && (w.open || w.number == waves.size() - 1);
  }

  private void give(WaveState w, long now) {
    List<ClusterState> next =
        w.members.stream()
            .filter(c -> c.standing == Standing.WAITING && !c.away)
            .sorted(Comparator.comparing(c -> c.troubled))
            .toList();
    for (ClusterState c : next) {
      // A pass about an older revision keeps its slot for the newer one.
      if (w.underWay() < w.wave.atOnce() && (c.pending || slotFree()) && head != null) {
        c.give(head, now);
        actions.add(new Give(c.name, head));
      }
    }
  }

  private void check(WaveState w, long now) {
    for (ClusterState c : w.members) {
      if (!c.pending && w.checks(c, head) && w.checkDue(c, pace.look()) <= now && slotFree()) {
        c.ask(now);
        actions.add(new Check(c.name));
      }
    }
  }

  private boolean slotFree() {
    return clusters.values().stream().filter(c -> c.pending).count() < pace.atOnce();
  }
}
