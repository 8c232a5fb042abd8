package io.gitops4j.metrics;

import io.gitops4j.apply.Actuation;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.TargetEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts and times what it hears, in a registry of Micrometer. Give it to a controller or to the
 * targets, not to both. Its meters and their counterparts in Argo CD and Flux are listed in {@code
 * docs/metrics.md}. Thread-safe.
 */
public final class ReconcileMetrics implements ReconcileListener {
  private final MeterRegistry registry;
  private final Map<TargetId, Standing> standings = new ConcurrentHashMap<>();

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

  private Standing standing(TargetId target) {
    return standings.computeIfAbsent(target, this::register);
  }

  private Standing register(TargetId target) {
    Standing standing = new Standing();
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
  public void compared(ReconcileEvent.Compared event) {
    Plan<?> plan = event.plan();
    Standing standing = standing(event.target());
    standing.differences = plan.changes().stream().filter(Change::differs).count();
    standing.health = worst(plan).ordinal();
  }

  private static HealthStatus worst(Plan<?> plan) {
    return Health.worst(plan.changes().stream().map(Change::health).toList()).status();
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
    Standing standing = standing(event.target());
    standing.lastPass = event.time().getEpochSecond();
    standing.inSync =
        switch (outcome.kind()) {
          case IN_SYNC, APPLIED -> 1;
          case PLANNED, INCOMPLETE, FAILED -> 0;
        };
    if (outcome instanceof ReconcileOutcome.Failed failed) {
      counter(
              "gitops4j.failures",
              event.target(),
              "stage",
              word(failed.failure().stage()),
              "code",
              failed.failure().code())
          .increment();
    }
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
  public void lost(TargetEvent.Lost event) {
    // Another replica shows it from now on.
    standings.remove(event.target());
    registry.getMeters().stream()
        .map(m -> m.getId())
        .filter(id -> id.getName().startsWith("gitops4j.target."))
        .filter(id -> event.target().name().equals(id.getTag("target")))
        .forEach(registry::remove);
  }

  @Override
  public void stuck(TargetEvent.Stuck event) {
    counter("gitops4j.stuck", event.target()).increment();
  }
}
