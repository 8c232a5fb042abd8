package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.controller.BoardAction.Place;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Plays the world around the board at random, and holds what must be true of every play. */
class BoardModelTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final RetryPolicy RETRY =
      new RetryPolicy(2, Duration.ofSeconds(5), 2, Duration.ofSeconds(20));
  private static final RetryPolicy HEALING =
      new RetryPolicy(-1, Duration.ofSeconds(2), 3, Duration.ofSeconds(60));

  @Property(tries = 500)
  @Label(
      "no interleaving loses a trigger, runs a target twice at once, starves a tenant, or waits"
          + " for ever")
  void holds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int workers) {
    World world = new World(seed, workers);
    for (int i = 0; i < 300; i++) {
      world.step();
    }
    world.calm();
  }

  /** Targets of three tenants in layers that depend on the one below. */
  private static final class World {
    private final Random random;
    private final int workers;
    private final Board board;
    private final Map<TargetId, Rules> rules = new LinkedHashMap<>();
    private final Set<TargetId> passing = new LinkedHashSet<>();
    private final List<BoardAction.Look> looking = new ArrayList<>();
    private final Set<TargetId> stuck = new HashSet<>();
    private final Set<TargetId> suspended = new HashSet<>();
    private final Set<TargetId> standby = new HashSet<>();
    private final Map<TargetId, Long> asked = new HashMap<>();
    private BoardEvent.Led led = new BoardEvent.Led(Set.of(), 0);
    private boolean started;
    private int commit;
    private long now;

    World(long seed, int workers) {
      this.random = new Random(seed);
      this.workers = workers;
      for (int i = 0; i < 9; i++) {
        Set<TargetId> on = new HashSet<>();
        for (int d = 0; d < i; d++) {
          if (random.nextInt(6) == 0) {
            on.add(id(d));
          }
        }
        Optional<String> repository =
            i % 2 == 0 ? Optional.of("https://git.example.com/all") : Optional.empty();
        rules.put(
            id(i),
            new Rules(
                id(i),
                "tenant-" + i % 3,
                Duration.ofSeconds(30 + i),
                on,
                RETRY,
                HEALING,
                i != 4,
                repository,
                Optional.empty()));
      }
      board = new Board(List.copyOf(rules.values()), workers, 0.1, random::nextDouble, true);
    }

    private static TargetId id(int number) {
      return new TargetId("t" + number);
    }

    private Revision revision() {
      return new Revision("main", Digest.sha256("commit " + commit), Optional.empty());
    }

    private void post(BoardEvent event) {
      for (BoardAction action : board.decide(event, new Moment(now, Instant.EPOCH))) {
        if (action instanceof BoardAction.Run run) {
          assertThat(started).isTrue();
          assertThat(suspended).doesNotContain(run.target());
          assertThat(standby).doesNotContain(run.target());
          assertThat(looking)
              .as("no look in place of a pass while a pass runs")
              .noneMatch(l -> l.place() == Place.ALONE && l.target().equals(run.target()));
          assertThat(passing.add(run.target())).as("%s runs twice", run.target()).isTrue();
          // What was asked before a pass began is answered by it, from a source that new.
          Long since = asked.remove(run.target());
          if (since != null) {
            assertThat(run.notBefore()).isBetween(since, now);
          }
        } else if (action instanceof BoardAction.Look look) {
          looking.add(look);
        }
      }
      long busy =
          passing.stream().filter(t -> !stuck.contains(t)).count()
              + looking.stream()
                  .filter(l -> l.place() == Place.ALONE && !stuck.contains(l.target()))
                  .count();
      assertThat(busy).isLessThanOrEqualTo(workers);
      assertThat(board.slots.busy()).isEqualTo((int) busy);
    }

    void step() {
      now += (long) (random.nextDouble() * SECOND);
      if (!started && random.nextInt(10) == 0) {
        start();
      }
      TargetId any = id(random.nextInt(rules.size()));
      switch (random.nextInt(14)) {
        case 0 -> ask(any);
        case 1 -> post(new BoardEvent.Triggered(List.of(any), Cause.REPOSITORY));
        case 2 -> post(new BoardEvent.Triggered(List.of(any), Cause.MOVED));
        case 3 -> commit++;
        case 4 -> {
          if (suspended.add(any)) {
            post(new BoardEvent.Suspended(any));
          }
        }
        case 5 -> {
          if (suspended.remove(any)) {
            post(new BoardEvent.Resumed(any));
          }
        }
        case 6 -> {
          if (!standby.remove(any)) {
            standby.add(any);
          }
          lead();
        }
        case 7 -> {
          now += 60 * SECOND;
          post(new BoardEvent.Tick());
        }
        case 8 ->
            Stream.concat(
                    passing.stream(),
                    looking.stream()
                        .filter(l -> l.place() == Place.ALONE)
                        .map(BoardAction.Look::target))
                .filter(t -> !stuck.contains(t))
                .findFirst()
                .ifPresent(
                    t -> {
                      stuck.add(t);
                      post(new BoardEvent.Stuck(t, SECOND));
                    });
        case 9 -> endLook();
        case 10 -> passing.stream().findFirst().ifPresent(this::find);
        default -> endPass(random.nextInt(3) > 0);
      }
    }

    private void ask(TargetId target) {
      asked.put(target, now);
      post(new BoardEvent.Triggered(List.of(target), Cause.REQUEST));
    }

    private void lead() {
      Set<TargetId> mine = new HashSet<>(rules.keySet());
      mine.removeAll(standby);
      BoardEvent.Led newest = new BoardEvent.Led(mine, led.look() + 1);
      post(newest);
      if (random.nextBoolean()) {
        post(led); // somebody looked before, and tells it late
      }
      led = newest;
    }

    private void find(TargetId target) {
      post(new BoardEvent.Found(target, revision(), Optional.empty()));
    }

    private void endLook() {
      if (!looking.isEmpty()) {
        BoardAction.Look look = looking.remove(random.nextInt(looking.size()));
        if (look.place() == Place.ALONE) {
          stuck.remove(look.target());
        }
        post(
            new BoardEvent.Looked(look.target(), look.place(), !look.than().sameState(revision())));
      }
    }

    private void endPass(boolean good) {
      if (passing.isEmpty()) {
        return;
      }
      TargetId target = List.copyOf(passing).get(random.nextInt(passing.size()));
      find(target);
      boolean blocked = board.notAsFar(target, revision()).isPresent();
      passing.remove(target);
      stuck.remove(target);
      PassResult.Verdict verdict =
          blocked
              ? PassResult.Verdict.BLOCKED
              : good
                  ? PassResult.Verdict.GOOD
                  : random.nextBoolean() ? PassResult.Verdict.FAILED : PassResult.Verdict.UNKNOWN;
      post(new BoardEvent.Ended(target, result(verdict)));
    }

    private PassResult result(PassResult.Verdict verdict) {
      Failure failure =
          new Failure(
              Stage.APPLY, "NO", Retryability.RETRY, Optional.empty(), "no", Optional.empty());
      return switch (verdict) {
        case GOOD ->
            result(
                verdict,
                random.nextBoolean() ? Kind.APPLIED : Kind.IN_SYNC,
                Optional.of(revision()),
                Optional.empty());
        case HELD, BLOCKED ->
            result(verdict, Kind.PLANNED, Optional.of(revision()), Optional.empty());
        case GOES_BACK ->
            result(verdict, Kind.INCOMPLETE, Optional.of(revision()), Optional.of(failure));
        case FAILED -> result(verdict, Kind.FAILED, Optional.of(revision()), Optional.of(failure));
        case UNKNOWN -> result(verdict, Kind.FAILED, Optional.empty(), Optional.of(failure));
      };
    }

    private PassResult result(
        PassResult.Verdict verdict,
        Kind kind,
        Optional<Revision> revision,
        Optional<Failure> failure) {
      boolean good = verdict == PassResult.Verdict.GOOD;
      Optional<Pin> pin =
          verdict == PassResult.Verdict.GOES_BACK
              ? Optional.of(
                  new Pin(
                      revision(),
                      revision,
                      "model",
                      "it is bad",
                      Instant.EPOCH,
                      Pin.Until.MOVED_ON,
                      Pin.Hooks.RUN))
              : Optional.empty();
      return new PassResult(
          verdict,
          kind,
          revision,
          pin,
          good && random.nextInt(4) == 0,
          Health.of(failure.isEmpty() ? HealthStatus.HEALTHY : HealthStatus.UNKNOWN),
          failure,
          failure.map(Failure::reason).orElse(""),
          Optional.empty());
    }

    private void start() {
      started = true;
      post(new BoardEvent.Started());
    }

    /** Everything works from now on, and all who wait are served, in bounded time. */
    void calm() {
      Set.copyOf(suspended)
          .forEach(
              t -> {
                suspended.remove(t);
                post(new BoardEvent.Resumed(t));
              });
      standby.clear();
      lead();
      if (!started) {
        start();
      }
      rules.keySet().forEach(this::ask);
      // Ten rounds of everything: enough for the longest chain, each link seen twice.
      for (int i = 0; i < 40 * rules.size() && !(asked.isEmpty() && settled()); i++) {
        now += SECOND;
        while (!looking.isEmpty()) {
          endLook();
        }
        if (passing.isEmpty()) {
          post(new BoardEvent.Tick());
        } else {
          endPass(true);
        }
      }
      assertThat(asked).as("asked for and never run").isEmpty();
      rules
          .keySet()
          .forEach(
              t -> {
                TargetState s = board.state(t);
                assertThat(TargetState.sameState(s.applied, Optional.of(revision())))
                    .as("%s is at the last commit, %s %s", t, s.phase, s.waiting)
                    .isTrue();
              });
      assertThat(board.nextDue()).isLessThan(now + 200 * SECOND);
    }

    private boolean settled() {
      return passing.isEmpty()
          && rules.keySet().stream()
              .allMatch(
                  t -> TargetState.sameState(board.state(t).applied, Optional.of(revision())));
    }
  }
}
