package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Replicas that share targets through Leases. */
class SharedTargetsIT {
  private static final int TARGETS = 1000;

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("leases");
  private final KubernetesCluster connection =
      KubernetesCluster.builder(
              new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
          .connect();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<KubernetesLeadership> started = new ArrayList<>();
  private final Map<TargetId, String> groups = new HashMap<>();

  SharedTargetsIT() {
    for (int i = 0; i < TARGETS; i++) {
      groups.put(new TargetId("t" + i), "t" + i);
    }
  }

  @AfterEach
  void close() {
    started.forEach(l -> l.stop(Set.of()));
    timer.shutdownNow();
    connection.close();
  }

  private KubernetesLeadership replica(String name) {
    KubernetesLeadership leadership =
        KubernetesLeadership.builder(connection)
            .namespace(namespace)
            .identity(name)
            .leaseTime(Duration.ofSeconds(3))
            .shards(32)
            .timer(timer)
            .build();
    started.add(leadership);
    leadership.start(groups, () -> {});
    return leadership;
  }

  private Set<TargetId> held(KubernetesLeadership by) {
    Set<TargetId> held = new HashSet<>();
    groups.keySet().forEach(t -> by.permit(t).ifPresent(p -> held.add(t)));
    return held;
  }

  @Test
  @DisplayName(
      "1,000 targets spread over the replicas that live, no target is ever held twice, and one that"
          + " leaves is followed at once")
  void spreads() {
    KubernetesLeadership one = replica("one");
    await().until(() -> held(one).size() == TARGETS);

    KubernetesLeadership two = replica("two");
    await()
        .until(
            () -> {
              Set<TargetId> first = held(one);
              Set<TargetId> second = held(two);
              Set<TargetId> both = new HashSet<>(first);
              both.retainAll(second);
              assertThat(both).isEmpty();
              return first.size() + second.size() == TARGETS && second.size() > TARGETS / 5;
            });

    two.stop(Set.of());
    await().until(() -> held(one).size() == TARGETS);
  }

  @Test
  @DisplayName("a lease that is taken away ends the right to write within its time")
  void loses() {
    KubernetesLeadership one = replica("one");
    TargetId target = new TargetId("t1");
    await().until(() -> one.permit(target).isPresent());
    Permit permit = one.permit(target).orElseThrow();

    cluster
        .client()
        .leases()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(
            lease ->
                cluster
                    .client()
                    .leases()
                    .inNamespace(namespace)
                    .withName(lease.getMetadata().getName())
                    .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"holderIdentity\":\"other\",\"leaseTransitions\":99}}"));

    await().atMost(Duration.ofSeconds(4)).until(() -> permit.remaining().isZero());
    assertThat(one.permit(target)).isEmpty();
  }
}
