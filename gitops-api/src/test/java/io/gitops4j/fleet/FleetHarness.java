package io.gitops4j.fleet;

import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.Revision;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** A fleet of three clusters in memory, and what is told of it. */
abstract class FleetHarness {
  final InMemorySource source = new InMemorySource();
  final TextSet.TextRenderer renderer = new TextSet.TextRenderer();
  final ExecutorService workers = Executors.newCachedThreadPool();
  final Map<String, InMemoryDestination> clusters = new LinkedHashMap<>();
  final List<String> told = new CopyOnWriteArrayList<>();

  FleetHarness() {
    for (String name : List.of("a", "b", "c")) {
      clusters.put(name, new InMemoryDestination());
    }
  }

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  Fleet<TextSet> fleet(UnaryOperator<FleetBuilder<TextSet>> more) {
    FleetBuilder<TextSet> builder = Fleet.builder("shop", source, renderer);
    clusters.forEach(builder::cluster);
    return more.apply(
            builder
                .workers(workers, 3)
                .checkEvery(Duration.ofMillis(20))
                .clusterLimit(Duration.ofSeconds(20))
                .listener(new Told()))
        .build();
  }

  static FleetBuilder<TextSet> inWaves(FleetBuilder<TextSet> fleet) {
    return fleet.wave(Wave.of("canary", "a")).wave(Wave.of("rest", "b", "c"));
  }

  /** Lets everything but one thing through. */
  static Gate holdsTwo(AtomicBoolean closed) {
    return (plan, context) ->
        closed.get()
            ? GateDecision.held(Set.of(TextSet.id("two")), "two has to wait")
            : GateDecision.allowed();
  }

  Revision commit(String text) {
    return source.commit(text, Map.of("one", text));
  }

  Map<String, String> live() {
    Map<String, String> live = new LinkedHashMap<>();
    clusters.forEach((name, c) -> live.put(name, c.live().getOrDefault(TextSet.id("one"), "-")));
    return live;
  }

  /** One line for everything that is told. */
  private final class Told implements FleetListener {
    @Override
    public void ended(FleetEvent.Ended event) {
      told.add(event.outcome().cluster() + " " + event.outcome().state());
    }

    @Override
    public void proven(FleetEvent.Proven event) {
      told.add("proven " + event.wave().name());
    }

    @Override
    public void stopped(FleetEvent.Stopped event) {
      told.add("stopped " + event.wave().name());
    }

    @Override
    public void held(FleetEvent.Held event) {
      told.add("held " + event.wave().name() + ": " + event.reason());
    }

    @Override
    public void superseded(FleetEvent.Superseded event) {
      told.add("superseded");
    }
  }
}
