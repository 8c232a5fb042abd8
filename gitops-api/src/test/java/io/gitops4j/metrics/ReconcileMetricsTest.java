package io.gitops4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Selection;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReconcileMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ReconcileListener metrics = ReconcileMetrics.to(registry);
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final Reconciler<TextSet> shop =
      GitOps.target("shop")
          .source(source)
          .renderer(new TextSet.TextRenderer())
          .destination(destination)
          .listener(metrics)
          .build();

  @Test
  @DisplayName("passes, changes, drift and failures are counted by target")
  void counts() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    shop.reconcile();
    shop.reconcile();
    destination.live().put(TextSet.id("a"), "drifted");
    shop.reconcile();
    source.commit("empty", Map.of());
    shop.reconcile();

    assertThat(registry.get("gitops4j.pass").tag("outcome", "applied").timer().count())
        .isEqualTo(2);
    assertThat(registry.get("gitops4j.pass").tag("outcome", "in-sync").timer().count())
        .isEqualTo(1);
    assertThat(
            registry
                .get("gitops4j.changes")
                .tags("target", "shop", "action", "create", "result", "succeeded")
                .counter()
                .count())
        .isEqualTo(2);
    assertThat(registry.get("gitops4j.drift").tag("kind", "Text").counter().count()).isEqualTo(1);
    assertThat(
            registry
                .get("gitops4j.failures")
                .tags("stage", "render", "code", "RENDER-EMPTY")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(registry.get("gitops4j.target.in.sync").gauge().value()).isZero();
    assertThat(registry.get("gitops4j.source.polls").tag("new", "true").counter().count())
        .isEqualTo(2);
  }

  @Test
  @DisplayName("quarantine and suspension show while they last, and a lost target not at all")
  void gauges() {
    TargetId id = new TargetId("shop");
    metrics.suspended(new TargetEvent.Suspended(id, Instant.EPOCH));
    assertThat(registry.get("gitops4j.target.suspended").gauge().value()).isEqualTo(1);
    metrics.resumed(new TargetEvent.Resumed(id, Instant.EPOCH));
    assertThat(registry.get("gitops4j.target.suspended").gauge().value()).isZero();

    metrics.lost(new TargetEvent.Lost(id, Instant.EPOCH));

    assertThat(registry.find("gitops4j.target.suspended").gauge()).isNull();
  }

  @Test
  @DisplayName("health is what the pass ended with, also where it removed something or failed")
  void healthAfterThePass() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    shop.reconcile();
    assertThat(gauge("health")).isEqualTo(HealthStatus.HEALTHY.ordinal());

    source.commit("fewer", Map.of("a", "1"));
    shop.reconcile();
    assertThat(destination.live()).hasSize(1);
    assertThat(gauge("health")).isEqualTo(HealthStatus.HEALTHY.ordinal());

    source.commit("empty", Map.of());
    shop.reconcile();
    assertThat(gauge("health")).isEqualTo(HealthStatus.UNKNOWN.ordinal());
  }

  @Test
  @DisplayName("what failed in a pass that is incomplete is counted as a failure, by its code")
  void countsPartialFailures() {
    destination.refuse(TextSet.id("b"));
    source.commit("one", Map.of("a", "1", "b", "1"));

    assertThat(shop.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.INCOMPLETE);

    assertThat(
            registry
                .get("gitops4j.failures")
                .tags("stage", "apply", "code", "REFUSED")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  @DisplayName("a pass that stops at the plan moves no gauge: how the target stands stays shown")
  void looksMoveNoGauge() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    shop.reconcile();
    shop.reconcile();
    double last = gauge("last.pass");
    source.commit("two", Map.of("a", "2", "b", "2"));

    shop.plan(OperationContext.create(), Selection.of(List.of("tck:Text:a")));

    assertThat(gauge("in.sync")).isEqualTo(1);
    assertThat(gauge("differences")).isZero();
    assertThat(gauge("health")).isEqualTo(HealthStatus.HEALTHY.ordinal());
    assertThat(gauge("last.pass")).isEqualTo(last);
  }

  @Test
  @DisplayName(
      "a pass that ends after its target was lost shows no gauges; one gained back is still suspended")
  void lostWhileItRuns() {
    TargetId id = shop.target();
    source.commit("one", Map.of("a", "1"));
    metrics.suspended(new TargetEvent.Suspended(id, Instant.EPOCH));
    metrics.lost(new TargetEvent.Lost(id, Instant.EPOCH));
    shop.reconcile();

    assertThat(registry.getMeters())
        .extracting(m -> m.getId().getName())
        .noneMatch(name -> name.startsWith("gitops4j.target."))
        .contains("gitops4j.pass");

    metrics.gained(new TargetEvent.Gained(id, Instant.EPOCH));
    assertThat(gauge("suspended")).isEqualTo(1);
    assertThat(gauge("last.pass")).as("of the other replica nothing is known").isZero();
    metrics.resumed(new TargetEvent.Resumed(id, Instant.EPOCH));
    shop.reconcile();
    assertThat(gauge("suspended")).isZero();
    assertThat(gauge("in.sync")).isEqualTo(1);
  }

  private double gauge(String name) {
    return registry.get("gitops4j.target." + name).tag("target", "shop").gauge().value();
  }

  @Test
  @DisplayName("what is no registry is refused, and so is a class path without Micrometer")
  void needsMicrometer() throws Exception {
    assertThatThrownBy(() -> ReconcileMetrics.to("no registry"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("java.lang.String");

    try (URLClassLoader without = withoutMicrometer()) {
      assertThatThrownBy(
              () ->
                  without
                      .loadClass(ReconcileMetrics.class.getName())
                      .getMethod("to", Object.class)
                      .invoke(null, "registry"))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .hasMessageContaining("add io.micrometer:micrometer-core");
    }
  }

  private static URLClassLoader withoutMicrometer() throws IOException {
    String[] path = System.getProperty("java.class.path").split(Pattern.quote(":"));
    URL[] urls =
        Arrays.stream(path)
            .filter(p -> !p.contains("micrometer"))
            .map(
                p -> {
                  try {
                    return Path.of(p).toUri().toURL();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }
}
