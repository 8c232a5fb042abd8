package io.gitops4j.fleet;

import io.gitops4j.TargetBuilder;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.SourceProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Says which clusters a fleet has, and how it goes through them. Not thread-safe.
 *
 * @param <D> the kind of desired state
 */
public final class FleetBuilder<D extends Desired> {
  /** What a pass that ends at its limit may take to tell why. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final TargetId id;
  private final SourceProvider source;
  private final Renderer<D> renderer;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, FleetSpec.Member<D>> members = new LinkedHashMap<>();
  private final List<Wave> waves = new ArrayList<>();
  private final List<FleetListener> listeners = new ArrayList<>();
  private BiConsumer<String, TargetBuilder<D>> each = (cluster, target) -> {};
  private @Nullable Executor workers;
  private int atOnce;
  private Duration clusterLimit = Duration.ofMinutes(10);
  private Duration checkEvery = Duration.ofSeconds(10);
  private Clock clock = Clock.systemUTC();

  FleetBuilder(TargetId id, SourceProvider source, Renderer<D> renderer) {
    this.id = id;
    this.source = Objects.requireNonNull(source, "source");
    this.renderer = Objects.requireNonNull(renderer, "renderer");
  }

  /**
   * Adds a cluster.
   *
   * @param name unique in the fleet, of the characters of a target's name
   * @param destination the cluster; the caller closes it
   * @return this
   */
  public FleetBuilder<D> cluster(String name, Destination<D> destination) {
    return cluster(name, destination, renderer);
  }

  /**
   * Adds a cluster for which something else is rendered: another directory, other values.
   *
   * @param name unique in the fleet, of the characters of a target's name
   * @param destination the cluster; the caller closes it
   * @param own its renderer; clusters that share one share what it makes
   * @return this
   */
  public FleetBuilder<D> cluster(String name, Destination<D> destination, Renderer<D> own) {
    Objects.requireNonNull(destination, "destination");
    Objects.requireNonNull(own, "own");
    try {
      TargetId target = new TargetId(id + "/" + name);
      if (members.put(name, new FleetSpec.Member<>(target, destination, own)) != null) {
        problems.add("two clusters are named " + name);
      }
    } catch (IllegalArgumentException e) {
      problems.add("cluster '" + name + "': " + e.getMessage());
    }
    return this;
  }

  /**
   * Adds a wave, behind those added before. Default: all clusters in one wave, whose failures are
   * nobody else's.
   *
   * @param wave with every cluster in exactly one of them
   * @return this
   */
  public FleetBuilder<D> wave(Wave wave) {
    waves.add(Objects.requireNonNull(wave, "wave"));
    return this;
  }

  /**
   * Says more about the target of each cluster: its policy, gates, listeners, retries. Its name in
   * events tells the cluster.
   *
   * @param settings gets the name of the cluster and the target's builder
   * @return this
   */
  public FleetBuilder<D> each(BiConsumer<String, TargetBuilder<D>> settings) {
    each = Objects.requireNonNull(settings, "settings");
    return this;
  }

  /**
   * Where passes of clusters run. Required for {@link #build()}.
   *
   * @param executor runs what it gets on threads of its own; lent
   * @param number of passes at once; the executor should have a thread or two more, for looks at
   *     the source and for what ignores its limit
   * @return this
   */
  public FleetBuilder<D> workers(Executor executor, int number) {
    workers = Objects.requireNonNull(executor, "executor");
    atOnce = number;
    return this;
  }

  /**
   * The longest that a pass of one cluster may take, and the longest until it must be well after it
   * was given a revision. Default: 10 minutes.
   *
   * @param limit positive
   * @return this
   */
  public FleetBuilder<D> clusterLimit(Duration limit) {
    clusterLimit = Objects.requireNonNull(limit, "limit");
    return this;
  }

  /**
   * How long until a cluster that is not well yet, or has to stay well, is looked at again, and the
   * source for a newer revision. Default: 10 seconds.
   *
   * @param time positive
   * @return this
   */
  public FleetBuilder<D> checkEvery(Duration time) {
    checkEvery = Objects.requireNonNull(time, "time");
    return this;
  }

  /**
   * Adds somebody who hears how the fleet goes on.
   *
   * @param listener the listener
   * @return this
   */
  public FleetBuilder<D> listener(FleetListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Says which clock times events, and tells how old a record in a cluster is. Default: the
   * system's, in UTC.
   *
   * @param times the clock
   * @return this
   */
  public FleetBuilder<D> clock(Clock times) {
    clock = Objects.requireNonNull(times, "times");
    return this;
  }

  /**
   * Makes a fleet that runs when it is asked to. Contacts nothing.
   *
   * @return the fleet
   * @throws ConfigurationException that lists all problems
   */
  public Fleet<D> build() {
    List<String> all = problems();
    if (workers == null) {
      all.add("workers are missing: give an executor that passes run on");
    } else if (atOnce < 1) {
      all.add("at least one pass must run at once, not " + atOnce);
    }
    return new Fleet<>(spec(all, atOnce), Objects.requireNonNull(workers));
  }

  /**
   * Makes targets for a controller, which runs them at intervals, when something moves and when
   * somebody asks: each goes by the revision that its cluster may have. Contacts nothing.
   *
   * @param schedule says more about when each runs; gets the name of the cluster. A cluster is a
   *     tenant of its own unless it says otherwise
   * @return the group to give to the controller
   * @throws ConfigurationException that lists all problems
   */
  public ScheduledFleet<D> scheduled(BiConsumer<String, ScheduledTarget.Builder> schedule) {
    // Who runs at once is the controller's business.
    return new ScheduledFleet<>(spec(problems(), Integer.MAX_VALUE), schedule);
  }

  private FleetSpec<D> spec(List<String> all, int passesAtOnce) {
    if (!all.isEmpty()) {
      throw new ConfigurationException("fleet " + id, all);
    }
    List<String> names = List.copyOf(members.keySet());
    Wave everything =
        Wave.of("all", names.toArray(String[]::new)).withAllowedFailures(names.size());
    return new FleetSpec<>(
        id,
        source,
        members,
        waves.isEmpty() ? List.of(everything) : List.copyOf(waves),
        new Rollout.Pace(passesAtOnce, clusterLimit, GRACE, checkEvery),
        each,
        new FleetListeners(listeners),
        clock);
  }

  private List<String> problems() {
    List<String> all = new ArrayList<>(problems);
    if (members.isEmpty()) {
      all.add("there is no cluster");
    }
    positive("clusterLimit", clusterLimit, all);
    positive("checkEvery", checkEvery, all);
    Set<String> seen = new LinkedHashSet<>();
    for (Wave wave : waves) {
      problems(wave, seen, all);
    }
    if (!waves.isEmpty()) {
      members.keySet().stream()
          .filter(c -> !seen.contains(c))
          .forEach(c -> all.add("cluster " + c + " is in no wave"));
      gateBehindNothing(waves.get(waves.size() - 1)).ifPresent(all::add);
    }
    return all;
  }

  /** Whoever put it there meant to be asked before that wave, and would not be. */
  private static Optional<String> gateBehindNothing(Wave last) {
    return last.gateBehind() == WaveGate.open()
        ? Optional.empty()
        : Optional.of(
            "wave "
                + last.name()
                + " is the last and has a gate: the gate of a wave is asked before the next one,"
                + " so that this would never be asked; put it behind the wave before, or give the"
                + " clusters gates of their own");
  }

  private void problems(Wave wave, Set<String> seen, List<String> all) {
    String name = "wave " + wave.name();
    for (String cluster : wave.clusters()) {
      if (!members.containsKey(cluster)) {
        all.add(name + ": there is no cluster " + cluster);
      } else if (!seen.add(cluster)) {
        all.add(name + ": cluster " + cluster + " is in a wave twice");
      }
    }
    if (wave.clusters().isEmpty()) {
      all.add(name + " has no cluster");
    } else if (wave.allowedFailures() < 0 || wave.allowedFailures() >= wave.clusters().size()) {
      all.add(name + ": allowedFailures must be less than its clusters, and not negative");
    }
    if (wave.atOnce() < 1) {
      all.add(name + ": at least one cluster must go at once, not " + wave.atOnce());
    }
    if (wave.soak().isNegative()) {
      all.add(name + ": soak must not be negative, but is " + wave.soak());
    }
  }

  private static void positive(String what, Duration time, List<String> all) {
    if (time.isNegative() || time.isZero()) {
      all.add(what + " must be positive, not " + time);
    }
  }
}
