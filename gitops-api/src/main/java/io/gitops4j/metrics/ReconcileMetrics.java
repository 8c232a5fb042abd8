package io.gitops4j.metrics;

import io.gitops4j.apply.Actuation;
import io.gitops4j.diff.Change;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.TargetEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts and times what it hears, in a registry of Micrometer. Give it to a controller or to the
 * targets, not to both. Its meters and their counterparts in Argo CD and Flux are listed in {@code
 * docs/metrics.md}. Thread-safe.
 */
public final class ReconcileMetrics implements ReconcileListener {
  private final MeterRegistry registry;
  private final Map<TargetId, Standing> standings = new HashMap<>();

  /** Those of targets that another replica shows: kept until they are gained back. */
  private final Map<TargetId, Standing> lost = new HashMap<>();

  /** Passes that began here and may write: what else is told says nothing of how things stand. */
  private final Set<Begun> begun = ConcurrentHashMap.newKeySet();

  private record Begun(String operationId, TargetId target) {}

  private ReconcileMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** How a target stands, as gauges show it. */
  private static final class Standing {
    private volatile double inSync;
    private volatile double health;
    private volatile double suspended;
    private volatile double quarantined;
    private volatile double differences;
    private volatile double lastPass;

    /** What stays true whoever runs the passes. */
    Standing anew() {
      Standing next = new Standing();
      next.suspended = suspended;
      return next;
    }
  }

  /**
   * Binds to a registry.
   *
   * @param registry a {@code io.micrometer.core.instrument.MeterRegistry}
   * @return a listener
   * @throws ConfigurationException when Micrometer is not on the class path, or the registry is
   *     something else
   */
  public static ReconcileListener to(Object registry) {
    Objects.requireNonNull(registry, "registry");
    try {
      return Binding.bind(registry);
    } catch (NoClassDefFoundError e) {
      throw new ConfigurationException(
          "metrics",
          List.of(
              "Micrometer is not on the class path; add io.micrometer:micrometer-core to the"
                  + " application"));
    }
  }

  /** Loaded only when it is asked for: with it comes Micrometer. */
  private static final class Binding {
    private Binding() {}

    static ReconcileListener bind(Object registry) {
      if (!(registry instanceof MeterRegistry meters)) {
        throw new ConfigurationException(
            "metrics", List.of("not a MeterRegistry: " + registry.getClass().getName()));
      }
      return new ReconcileMetrics(meters);
    }
  }

  private synchronized Standing standing(TargetId target) {
    Standing hidden = lost.get(target);
    return hidden != null
        ? hidden
        : standings.computeIfAbsent(target, t -> register(t, new Standing()));
  }

  private Standing register(TargetId target, Standing standing) {
    gauge("gitops4j.target.in.sync", target, standing, s -> s.inSync);
    gauge("gitops4j.target.health", target, standing, s -> s.health);
    gauge("gitops4j.target.suspended", target, standing, s -> s.suspended);
    gauge("gitops4j.target.quarantined", target, standing, s -> s.quarantined);
    gauge("gitops4j.target.differences", target, standing, s -> s.differences);
    gauge("gitops4j.target.last.pass", target, standing, s -> s.lastPass);
    return standing;
  }

  private void gauge(
      String name,
      TargetId target,
      Standing standing,
      java.util.function.ToDoubleFunction<Standing> value) {
    Gauge.builder(name, standing, value).tag("target", target.name()).register(registry);
  }

  private Counter counter(String name, TargetId target, String... tags) {
    return Counter.builder(name).tag("target", target.name()).tags(tags).register(registry);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public void fetched(ReconcileEvent.Fetched event) {
    counter("gitops4j.source.polls", event.target(), "new", Boolean.toString(event.isNew()))
        .increment();
  }

  @Override
  public void started(ReconcileEvent.Started event) {
    if (event.applies()) {
      begun.add(new Begun(event.operationId(), event.target()));
    }
  }

  @Override
  public void compared(ReconcileEvent.Compared event) {
    if (begun.contains(new Begun(event.operationId(), event.target()))) {
      standing(event.target()).differences =
          event.plan().changes().stream().filter(Change::differs).count();
    }
  }

  @Override
  public void drifted(ReconcileEvent.Drifted event) {
    counter("gitops4j.drift", event.target(), "kind", event.change().id().kind()).increment();
  }

  @Override
  public void contested(ReconcileEvent.Contested event) {
    counter("gitops4j.fights", event.target(), "kind", event.fight().id().kind()).increment();
  }

  @Override
  public void changed(ReconcileEvent.Changed event) {
    Change change = event.result().change();
    if (change.action().writes() && event.result().actuation() != Actuation.SKIPPED) {
      counter(
              "gitops4j.changes",
              event.target(),
              "action",
              word(change.action()),
              "result",
              word(event.result().actuation()))
          .increment();
    }
  }

  @Override
  public void finished(ReconcileEvent.Finished event) {
    ReconcileOutcome outcome = event.outcome();
    Timer.builder("gitops4j.pass")
        .tag("target", event.target().name())
        .tag("outcome", word(outcome.kind()))
        .register(registry)
        .record(outcome.pass().took());
    if (begun.remove(new Begun(event.operationId(), event.target()))) {
      stands(standing(event.target()), event);
    }
    outcome
        .firstFailure()
        .ifPresent(
            failure ->
                counter(
                        "gitops4j.failures",
                        event.target(),
                        "stage",
                        word(failure.stage()),
                        "code",
                        failure.code())
                    .increment());
  }

  private static void stands(Standing standing, ReconcileEvent.Finished event) {
    standing.lastPass = event.time().getEpochSecond();
    standing.health = event.outcome().health().status().ordinal();
    standing.inSync =
        switch (event.outcome().kind()) {
          case IN_SYNC, APPLIED -> 1;
          case PLANNED, INCOMPLETE, FAILED -> 0;
        };
  }

  @Override
  public void retrying(TargetEvent.Retrying event) {
    counter("gitops4j.retries", event.target()).increment();
  }

  @Override
  public void quarantined(TargetEvent.Quarantined event) {
    standing(event.target()).quarantined = 1;
  }

  @Override
  public void released(TargetEvent.Released event) {
    standing(event.target()).quarantined = 0;
  }

  @Override
  public void suspended(TargetEvent.Suspended event) {
    standing(event.target()).suspended = 1;
  }

  @Override
  public void resumed(TargetEvent.Resumed event) {
    standing(event.target()).suspended = 0;
  }

  @Override
  public synchronized void lost(TargetEvent.Lost event) {
    // Another replica shows it from now on, also while a pass that runs here comes to its end.
    lost.put(event.target(), standing(event.target()).anew());
    standings.remove(event.target());
    registry.getMeters().stream()
        .map(m -> m.getId())
        .filter(id -> id.getName().startsWith("gitops4j.target."))
        .filter(id -> event.target().name().equals(id.getTag("target")))
        .forEach(registry::remove);
  }

  @Override
  public synchronized void gained(TargetEvent.Gained event) {
    Standing hidden = lost.remove(event.target());
    if (hidden != null && hidden.suspended == 1) {
      // No pass will show it.
      standings.put(event.target(), register(event.target(), hidden.anew()));
    }
  }

  @Override
  public void stuck(TargetEvent.Stuck event) {
    counter("gitops4j.stuck", event.target()).increment();
  }
}
