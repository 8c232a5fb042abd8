package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.fleet.RolloutEvent.Sight;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final Rollout.Pace PACE =
      new Rollout.Pace(8, Duration.ofMinutes(10), Duration.ofSeconds(2), Duration.ofSeconds(10));

  private final Rollout rollout =
      new Rollout(
          List.of(
              Wave.of("first", "a", "b").withAllowedFailures(1).withSoak(Duration.ofMinutes(5)),
              Wave.of("second", "c")),
          PACE);
  private long now = 100 * MINUTE;

  private static Revision revision(int number) {
    return new Revision("main", Digest.sha256("commit " + number), Optional.empty());
  }

  private List<RolloutAction> post(RolloutEvent event) {
    return rollout.decide(event, now);
  }

  private List<RolloutAction> saw(String cluster, int number, Sight sight) {
    return post(new RolloutEvent.Saw(cluster, revision(number), sight, false, "told so"));
  }

  private void recorded(String cluster, int number, long minutesAgo) {
    post(
        new RolloutEvent.Recorded(
            cluster, Optional.of(revision(number)), Optional.of(now - minutesAgo * MINUTE)));
  }

  private void passGate() {
    post(new RolloutEvent.Answered(0, revision(1), Optional.empty()));
  }

  @Test
  @DisplayName("the soak counts from the last write, also across a restart")
  void soaksAcrossRestarts() {
    recorded("a", 1, 6);
    recorded("b", 1, 3);
    post(new RolloutEvent.Head(revision(1)));
    saw("a", 1, Sight.WELL);
    saw("b", 1, Sight.WELL);

    assertThat(rollout.nextDue()).isLessThanOrEqualTo(now + 2 * MINUTE);
    now += 2 * MINUTE;
    assertThat(post(new RolloutEvent.Tick()))
        .contains(new RolloutAction.Check("a"), new RolloutAction.Check("b"));
    saw("a", 1, Sight.WELL);
    assertThat(saw("b", 1, Sight.WELL)).contains(new RolloutAction.Ask(0, revision(1)));
  }

  @Test
  @DisplayName("who does not stay well has failed, and may be well again later")
  void doesNotStayWell() {
    post(new RolloutEvent.Head(revision(1)));
    saw("a", 1, Sight.WELL);
    saw("b", 1, Sight.WELL);
    saw("a", 1, Sight.UNWELL);
    saw("b", 1, Sight.UNWELL);

    assertThat(rollout.current().orElseThrow().stopped()).isTrue();
    assertThat(rollout.ended()).isTrue();
    saw("a", 1, Sight.WELL);
    assertThat(rollout.current().orElseThrow().stopped()).isFalse();
  }

  @Test
  @DisplayName("a cluster that another replica had meanwhile is given nothing before it was read")
  void forgotten() {
    post(new RolloutEvent.Head(revision(1)));
    saw("a", 1, Sight.WELL);
    for (String cluster : List.of("a", "b", "c")) {
      post(new RolloutEvent.Forgotten(cluster));
    }
    now += 60 * MINUTE;

    assertThat(post(new RolloutEvent.Tick())).isEmpty();
    recorded("c", 2, 30);

    assertThat(rollout.given("c")).contains(revision(2));
    assertThat(rollout.given("a")).isEmpty();
  }

  @Test
  @DisplayName("who waits for a worker is not given up: its limit begins with its pass")
  void waitsForAWorker() {
    post(new RolloutEvent.Head(revision(1)));
    now += 60 * MINUTE;

    assertThat(post(new RolloutEvent.Tick())).isEmpty();
    assertThat(rollout.nextDue()).isEqualTo(Rollout.NEVER);
    post(new RolloutEvent.Began("a"));
    now += 10 * MINUTE;
    assertThat(post(new RolloutEvent.Tick())).isEmpty();
    now = rollout.nextDue();
    assertThat(post(new RolloutEvent.Tick())).singleElement().satisfies(gaveUp("a"));
  }

  @Test
  @DisplayName("who cannot run at all is given up after its limit, unless it can run again")
  void cannotRun() {
    post(new RolloutEvent.Head(revision(1)));
    now += 60 * MINUTE;
    post(new RolloutEvent.Hindered("a"));
    post(new RolloutEvent.Hindered("b"));
    now += 9 * MINUTE;
    post(new RolloutEvent.Freed("b"));
    now += 60 * MINUTE;

    assertThat(post(new RolloutEvent.Tick())).singleElement().satisfies(gaveUp("a"));
  }

  @Test
  @DisplayName("an older pass that runs does not hide that its successor waits for a worker")
  void olderPassEnds() {
    post(new RolloutEvent.Began("a"));
    post(new RolloutEvent.Head(revision(1)));
    post(new RolloutEvent.Ended("a"));
    now += 60 * MINUTE;

    assertThat(post(new RolloutEvent.Tick())).isEmpty();
  }

  private static Consumer<RolloutAction> gaveUp(String cluster) {
    return action ->
        assertThat(action)
            .isInstanceOfSatisfying(
                RolloutAction.GaveUp.class,
                g -> {
                  assertThat(g.cluster()).isEqualTo(cluster);
                  assertThat(g.of()).isEqualTo(RolloutAction.Lack.ANSWER);
                });
  }

  @Test
  @DisplayName("a later wave keeps its revision when a newer one comes, and gets only that")
  void keepsWhatItHas() {
    recorded("c", 0, 30);
    post(new RolloutEvent.Head(revision(1)));
    saw("a", 1, Sight.WELL);
    saw("b", 1, Sight.FAILED);
    now += 6 * MINUTE;
    post(new RolloutEvent.Tick());
    saw("a", 1, Sight.WELL);
    post(new RolloutEvent.Head(revision(2)));

    passGate();

    assertThat(rollout.given("c")).contains(revision(0));
    assertThat(rollout.given("a")).contains(revision(2));
  }
}
