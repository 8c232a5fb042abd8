package io.gitops4j.fleet;

import io.gitops4j.fleet.ClusterState.Standing;
import io.gitops4j.model.Revision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One wave of a rollout, and how far it is. */
final class WaveState {
  final int number;
  final Wave wave;
  final List<ClusterState> members;

  /** What the gate behind it said last, and when it was asked. */
  boolean open;

  String held = "its gate was not asked yet";
  long askedAt = Rollout.NEVER;
  private boolean toldProven;
  private boolean toldStopped;

  WaveState(int number, Wave wave, List<ClusterState> members) {
    this.number = number;
    this.wave = wave;
    this.members = members;
  }

  void anew() {
    open = false;
    held = "its gate was not asked yet";
    askedAt = Rollout.NEVER;
    toldProven = false;
    toldStopped = false;
  }

  void answered(Optional<String> answer, long now) {
    open = answer.isEmpty();
    held = answer.orElse("");
    askedAt = now;
  }

  long underWay() {
    return members.stream().filter(ClusterState::underWay).count();
  }

  /** Whether all that may fail did, and one more. */
  boolean stopped() {
    return failures() > wave.allowedFailures();
  }

  private long failures() {
    return members.stream().filter(c -> c.standing == Standing.FAILED).count();
  }

  /** Whether its clusters have the revision, were seen well, and stayed so for long enough. */
  boolean proven(@Nullable Revision head) {
    return ripe(head) && (wave.soak().isZero() || members.stream().allMatch(this::soaked));
  }

  /** Whether time is all that it needs. */
  private boolean ripe(@Nullable Revision head) {
    return !stopped()
        && members.stream()
            .allMatch(
                c -> c.standing == Standing.FAILED || c.standing == Standing.WELL && c.has(head));
  }

  private boolean soaked(ClusterState c) {
    return c.standing == Standing.FAILED || c.seenAt >= soakedAt();
  }

  private long soakedAt() {
    long begun =
        members.stream()
            .filter(c -> c.standing == Standing.WELL)
            .mapToLong(c -> c.wellSince)
            .max()
            .orElse(0);
    return begun + wave.soak().toNanos();
  }

  /** Whether looking at a cluster again gets the wave further. */
  boolean checks(ClusterState c, @Nullable Revision head) {
    return !stopped()
        && (c.standing == Standing.UNWELL
            || c.standing == Standing.WELL && ripe(head) && !proven(head));
  }

  /** Those that are well are looked at while they have to stay so, and once when that is over. */
  long checkDue(ClusterState c, Duration look) {
    long regular = c.seenAt + look.toNanos();
    return c.standing == Standing.WELL && !soaked(c) ? Math.min(regular, soakedAt()) : regular;
  }

  /** Whether it gets further by itself. */
  boolean moves(@Nullable Revision head) {
    return !stopped()
        && head != null
        && members.stream()
            .anyMatch(
                c ->
                    c.standing == Standing.WAITING
                        || c.underWay()
                        || !c.pending && checks(c, head));
  }

  /** Why it has not proven the revision, to follow its name. */
  String trouble() {
    String reasons =
        members.stream()
            .filter(c -> c.standing == Standing.FAILED || c.standing == Standing.HELD)
            .map(c -> c.name + ": " + c.why)
            .collect(Collectors.joining("; "));
    return reasons.isEmpty() ? "" : " (" + reasons + ")";
  }

  /** Tells once that it stopped, when nothing of it is under way any more. */
  Optional<String> tellStopped() {
    if (toldStopped || members.stream().anyMatch(c -> c.pending)) {
      return Optional.empty();
    }
    toldStopped = true;
    return Optional.of(failures() + " of " + members.size() + " clusters failed" + trouble());
  }

  /** Whether this is the first time that it is told. */
  boolean tellProven() {
    boolean first = !toldProven;
    toldProven = true;
    return first;
  }
}
