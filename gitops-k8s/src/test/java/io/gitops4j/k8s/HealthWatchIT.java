package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.HealthStatus;
import io.gitops4j.health.HealthTree;
import io.gitops4j.health.HealthWatch;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.SimulatedCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A tree that is followed while streams freeze, are too many, or never rest. */
class HealthWatchIT {
  private final FaultProxy proxy = FaultProxy.inFrontOf(SimulatedCluster.shared().api());
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final OperationContext context = OperationContext.within(Duration.ofMinutes(2));

  @AfterEach
  void close() {
    timer.shutdownNow();
    proxy.close();
  }

  @Test
  @DisplayName("streams that froze are noticed by their silence, and what they left out is told")
  void noticesSilence() {
    proxy.inject(1000, FaultProxy.Request::watches, FaultProxy.mute());
    try (KubernetesCluster cluster = cluster(b -> b.silence(Duration.ofSeconds(2)));
        SimulatedTarget target = on(cluster);
        HealthWatch watch = target.destination().health().watch(id(target))) {
      target.file("one", SimulatedTarget.map("one", "", "1")).sync();
      assertThat(watch.next(Duration.ofSeconds(1), context).orElseThrow().roots()).hasSize(1);
      target.file("two", SimulatedTarget.map("two", "", "2")).sync();

      HealthTree now = watch.next(Duration.ofSeconds(40), context).orElseThrow();

      assertThat(now.roots()).hasSize(2);
    }
  }

  @Test
  @DisplayName("a tree is read from the server, where the index of a watched cluster lags behind")
  void readsPastTheIndex() {
    proxy.inject(1000, FaultProxy.Request::watches, FaultProxy.mute());
    try (KubernetesCluster cluster = cluster(b -> b.watch(timer));
        SimulatedTarget target = on(cluster)) {
      target.file("one", SimulatedTarget.map("one", "", "1")).sync();
      Awaitility.await()
          .until(
              () -> {
                target.again(context);
                return cluster.watching() >= 2;
              });
      target.client().configMaps().inNamespace(target.namespace()).withName("one").delete();

      HealthTree tree = target.destination().health().tree(id(target), context);

      assertThat(tree.health().status()).isEqualTo(HealthStatus.MISSING);
    }
  }

  @Test
  @DisplayName("no more than 64 streams are opened; what is beyond is looked at all the same")
  void boundsStreams() {
    try (KubernetesCluster cluster = cluster(b -> b);
        SimulatedTarget target = on(cluster);
        HealthWatch watch = target.destination().health().watch(id(target))) {
      List<String> places =
          IntStream.range(0, 70).mapToObj(i -> target.cluster().createNamespace("many")).toList();
      target
          .file(
              "maps",
              places.stream()
                  .map(n -> SimulatedTarget.map("one\n  namespace: " + n, "", "1"))
                  .collect(Collectors.joining("---\n")))
          .sync();
      assertThat(watch.next(Duration.ofSeconds(1), context).orElseThrow().roots()).hasSize(70);
      Awaitility.await().until(() -> watched().size() >= 64);
      String beyond =
          places.stream()
              .filter(n -> watched().stream().noneMatch(path -> path.contains("/" + n + "/")))
              .findFirst()
              .orElseThrow();
      target.client().configMaps().inNamespace(beyond).withName("one").delete();

      HealthTree now = watch.next(Duration.ofSeconds(60), context).orElseThrow();

      assertThat(now.health().status()).isEqualTo(HealthStatus.MISSING);
      assertThat(watched()).hasSize(64);
    }
  }

  @Test
  @DisplayName("what moves during every look, and stays as well as it was, does not outlast a wait")
  void keepsTime() {
    AtomicInteger looks = new AtomicInteger();
    try (KubernetesCluster cluster = cluster(b -> b);
        SimulatedTarget target = on(cluster);
        HealthWatch watch = target.destination().health().watch(id(target))) {
      target
          .file("web", SimulatedTarget.deployment("web", ""))
          .file("settings", SimulatedTarget.map("settings", "", "one"))
          .sync();
      HealthTree now = watch.next(Duration.ofSeconds(1), context).orElseThrow();
      while (now.health().status() != HealthStatus.HEALTHY) {
        now = watch.next(Duration.ofSeconds(60), context).orElseThrow();
      }
      while (watch.next(Duration.ofSeconds(2), context).isPresent()) {
        // The last of it is told.
      }
      proxy.inject(
          100_000,
          r -> r.path().endsWith("/replicasets") && !r.watches(),
          FaultProxy.then(
              () -> {
                looks.incrementAndGet();
                touch(target);
              },
              proxy.late(Duration.ZERO)));
      touch(target);

      assertThat(watch.next(Duration.ofSeconds(2), OperationContext.within(Duration.ofSeconds(60))))
          .isEmpty();
      assertThat(looks).as("it looked and looked").hasValueGreaterThan(1);
    }
  }

  private static void touch(SimulatedTarget target) {
    target
        .client()
        .configMaps()
        .inNamespace(target.namespace())
        .withName("settings")
        .edit(
            map -> {
              map.getMetadata().getAnnotations().put("touched", UUID.randomUUID().toString());
              return map;
            });
  }

  private Set<String> watched() {
    return proxy.seen().stream()
        .filter(FaultProxy.Request::watches)
        .map(FaultProxy.Request::path)
        .collect(Collectors.toSet());
  }

  private KubernetesCluster cluster(UnaryOperator<KubernetesCluster.Builder> settings) {
    return settings
        .apply(
            KubernetesCluster.builder(
                new KubernetesConfig.KubeconfigContent(
                    Sensitive.of(proxy.kubeconfig()), Optional.empty())))
        .connect();
  }

  private static SimulatedTarget on(KubernetesCluster cluster) {
    return new SimulatedTarget(
        "followed", UnaryOperator.identity(), new KubernetesConfig.SharedCluster(cluster));
  }

  private static TargetId id(SimulatedTarget target) {
    return new TargetId(target.namespace());
  }
}
