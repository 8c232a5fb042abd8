package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.fleet.RolloutEvent.Sight;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import java.time.Duration;
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
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

/** Plays the world around a rollout at random, and holds what must be true of every play. */
class RolloutModelTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long LIMIT = 60 * SECOND;
  private static final long GRACE = 2 * SECOND;

  @Property(tries = 1000)
  @Label(
      "no cluster gets a revision that the waves before have not proven, no limit is exceeded, and"
          + " nothing waits for ever")
  void holds(@ForAll long seed) {
    World world = new World(seed);
    for (int i = 0; i < 200; i++) {
      world.step();
    }
    world.calm();
  }

  /** What really is so, kept apart from what the rollout believes. */
  private static final class World {
    private final Random random;
    private final int slots;
    private final List<Wave> waves = new ArrayList<>();
    private final Map<String, Integer> waveOf = new LinkedHashMap<>();
    private final Rollout rollout;
    private final Map<String, Revision> given = new HashMap<>();

    /** Passes that were asked for; a frozen cluster's never ends by itself. */
    private final Set<String> passing = new LinkedHashSet<>();

    /** Those of them that have begun. */
    private final Set<String> begun = new HashSet<>();

    private final Set<String> frozen = new HashSet<>();
    private final Set<String> hindered = new HashSet<>();

    /** For every revision what was seen of each cluster last, and since when without a break. */
    private final Map<String, Sighting> sightings = new HashMap<>();

    private final Set<Integer> gatesOpen = new HashSet<>();
    private final List<RolloutAction.Ask> asks = new ArrayList<>();
    private Revision head = revision(0);
    private int commits;
    private long now;

    private record Sighting(Sight sight, long since, long seen) {}

    World(long seed) {
      random = new Random(seed);
      slots = 1 + random.nextInt(4);
      int number = 0;
      for (int w = 0; w <= random.nextInt(3); w++) {
        List<String> names = new ArrayList<>();
        for (int c = 0; c <= random.nextInt(4); c++) {
          names.add("c" + number++);
        }
        int wave = w;
        names.forEach(n -> waveOf.put(n, wave));
        waves.add(
            Wave.of("w" + w, names.toArray(String[]::new))
                .withAtOnce(1 + random.nextInt(3))
                .withAllowedFailures(random.nextInt(names.size()))
                .withSoak(Duration.ofSeconds(random.nextInt(2) * 30L)));
      }
      rollout =
          new Rollout(
              waves,
              new Rollout.Pace(
                  slots, Duration.ofNanos(LIMIT), Duration.ofNanos(GRACE), Duration.ofSeconds(5)));
      post(new RolloutEvent.Head(head));
    }

    private static Revision revision(int number) {
      return new Revision("main", Digest.sha256("commit " + number), Optional.empty());
    }

    private void post(RolloutEvent event) {
      for (RolloutAction action : rollout.decide(event, now)) {
        if (action instanceof RolloutAction.Give give) {
          give(give);
        } else if (action instanceof RolloutAction.Check check) {
          assertThat(passing.add(check.cluster())).isTrue();
        } else if (action instanceof RolloutAction.GaveUp gaveUp) {
          if (gaveUp.of() == RolloutAction.Lack.ANSWER) {
            assertThat(begun.contains(gaveUp.cluster()) || hindered.contains(gaveUp.cluster()))
                .as("who waits for a worker is not late")
                .isTrue();
          }
          passing.remove(gaveUp.cluster());
          if (head.equals(given.get(gaveUp.cluster()))) {
            sightings.put(gaveUp.cluster(), new Sighting(Sight.FAILED, now, now));
          }
        } else if (action instanceof RolloutAction.Ask ask) {
          asks.add(ask);
        }
      }
      assertThat(passing.size()).as("slots").isLessThanOrEqualTo(slots);
    }

    private void give(RolloutAction.Give give) {
      assertThat(give.revision()).isEqualTo(head);
      int wave = waveOf.get(give.cluster());
      for (int before = 0; before < wave; before++) {
        assertThat(proven(before)).as("wave %d proved %s", before, head).isTrue();
        assertThat(gatesOpen).as("gates").contains(before);
      }
      given.put(give.cluster(), give.revision());
      sightings.remove(give.cluster());
      long underWay =
          waves.get(wave).clusters().stream()
              .filter(c -> head.equals(given.get(c)))
              .filter(c -> !sightings.containsKey(c) || sightings.get(c).sight() == Sight.UNWELL)
              .count();
      assertThat(underWay).as("at once").isLessThanOrEqualTo(waves.get(wave).atOnce());
      passing.add(give.cluster());
    }

    /** A worker takes up a pass that was asked for. */
    private void begins() {
      List<String> can = passing.stream().filter(c -> canBegin(c)).toList();
      if (!can.isEmpty()) {
        begins(can.get(random.nextInt(can.size())));
      }
    }

    private boolean canBegin(String cluster) {
      return !begun.contains(cluster) && !hindered.contains(cluster);
    }

    private void begins(String cluster) {
      begun.add(cluster);
      post(new RolloutEvent.Began(cluster));
    }

    private void hinders() {
      String one = any();
      if (hindered.remove(one)) {
        post(new RolloutEvent.Freed(one));
      } else if (!begun.contains(one)) {
        hindered.add(one);
        post(new RolloutEvent.Hindered(one));
      }
    }

    private String any() {
      List<String> all = List.copyOf(waveOf.keySet());
      return all.get(random.nextInt(all.size()));
    }

    private boolean proven(int number) {
      Wave wave = waves.get(number);
      int failed = 0;
      long since = Long.MIN_VALUE;
      for (String c : wave.clusters()) {
        Sighting seen = sightings.get(c);
        if (!head.equals(given.get(c)) || seen == null) {
          return false;
        } else if (seen.sight() == Sight.FAILED) {
          failed++;
        } else if (seen.sight() != Sight.WELL) {
          return false;
        } else {
          since = Math.max(since, seen.since());
        }
      }
      long soaked = since + wave.soak().toNanos();
      return failed <= wave.allowedFailures()
          && (wave.soak().isZero()
              || wave.clusters().stream()
                  .map(sightings::get)
                  .allMatch(s -> s.sight() == Sight.FAILED || s.seen() >= soaked));
    }

    void step() {
      switch (random.nextInt(15)) {
        case 0 -> commit();
        case 9 -> anew();
        case 1 -> freeze();
        case 2, 3, 4 -> ends(anySight());
        case 5 -> answer(random.nextBoolean());
        case 6 -> {
          now += SECOND * random.nextInt(20);
          post(new RolloutEvent.Tick());
        }
        case 7 -> {
          now = Math.max(now, Math.min(rollout.nextDue(), now + 2 * LIMIT));
          post(new RolloutEvent.Tick());
        }
        case 8 -> seenByItself();
        case 10, 11, 12 -> begins();
        case 13 -> hinders();
        default -> ends(Sight.WELL);
      }
    }

    private void commit() {
      head = revision(++commits);
      sightings.clear();
      gatesOpen.clear();
      post(new RolloutEvent.Head(head));
    }

    /** The world forgets with it what was seen. */
    private void anew() {
      sightings.clear();
      gatesOpen.clear();
      passing.clear();
      begun.clear();
      given.clear();
      post(new RolloutEvent.Anew(head));
    }

    private void freeze() {
      String one = any();
      if (!frozen.remove(one)) {
        frozen.add(one);
      }
    }

    private Sight anySight() {
      return Sight.values()[random.nextInt(Sight.values().length)];
    }

    private void ends(Sight sight) {
      List<String> can = begun.stream().filter(c -> !frozen.contains(c)).sorted().toList();
      if (!can.isEmpty()) {
        ends(can.get(random.nextInt(can.size())), sight);
      }
    }

    /** One that was given up tells late, and is heard all the same. */
    private void ends(String cluster, Sight sight) {
      begun.remove(cluster);
      passing.remove(cluster);
      see(cluster, sight);
    }

    /** A pass that the rollout did not ask for, as a controller runs when something moved. */
    private void seenByItself() {
      List<String> can =
          given.keySet().stream()
              .filter(c -> !passing.contains(c) && !begun.contains(c) && !frozen.contains(c))
              .sorted()
              .toList();
      if (!can.isEmpty()) {
        see(can.get(random.nextInt(can.size())), anySight());
      }
    }

    private void see(String cluster, Sight sight) {
      Revision about = given.get(cluster);
      if (about.equals(head)) {
        Sighting before = sightings.get(cluster);
        boolean goesOn = before != null && before.sight() == sight;
        boolean neverWell =
            sight == Sight.UNWELL
                && before != null
                && (before.sight() == Sight.WELL || before.sight() == Sight.FAILED);
        sightings.put(
            cluster,
            new Sighting(neverWell ? Sight.FAILED : sight, goesOn ? before.since() : now, now));
      }
      post(new RolloutEvent.Saw(cluster, about, sight, false, "as the world has it"));
    }

    private void answer(boolean open) {
      if (!asks.isEmpty()) {
        RolloutAction.Ask ask = asks.remove(0);
        if (ask.revision().equals(head)) {
          if (open) {
            gatesOpen.add(ask.wave());
          } else {
            gatesOpen.remove(ask.wave());
          }
        }
        post(
            new RolloutEvent.Answered(
                ask.wave(), ask.revision(), open ? Optional.empty() : Optional.of("closed")));
      }
    }

    private boolean moves(String cluster) {
      return !frozen.contains(cluster) && !hindered.contains(cluster) || canBegin(cluster);
    }

    /** The source stands still, and whoever is not frozen answers: it comes to an end. */
    void calm() {
      commit();
      for (int i = 0; i < 1000 && !(rollout.ended() && asks.isEmpty()); i++) {
        while (!asks.isEmpty()) {
          answer(true);
        }
        for (String c : List.copyOf(passing)) {
          if (canBegin(c)) {
            begins(c);
          }
          if (begun.contains(c) && !frozen.contains(c)) {
            ends(c, Sight.WELL);
          }
        }
        if (passing.stream().noneMatch(this::moves) && rollout.nextDue() != Rollout.NEVER) {
          now = Math.max(now, rollout.nextDue());
          post(new RolloutEvent.Tick());
        }
      }
      assertThat(rollout.ended()).as("it ended").isTrue();
      assertThat(passing).as("nobody is waited for").isEmpty();
      if (frozen.isEmpty() && hindered.isEmpty()) {
        assertThat(rollout.current()).as("all is proven").isEmpty();
        assertThat(given.values()).allMatch(head::equals);
        assertThat(given).hasSameSizeAs(waveOf);
      }
    }
  }
}
