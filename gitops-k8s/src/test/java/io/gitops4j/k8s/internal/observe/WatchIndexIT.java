package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchIndexIT {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("index");
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Connection connection =
      Connection.open(
          new KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()), Duration.ofMinutes(1));
  private final WatchIndex index =
      new WatchIndex(
          new KubeHttp(connection, Duration.ofMinutes(1), 16), timer, Duration.ofMinutes(1));
  private final LabelledKind maps =
      new LabelledKind(
          new ApiResource("", "v1", "ConfigMap", "configmaps", true),
          namespace,
          Observer.TARGET_LABEL,
          LabelledKind.Detail.WHOLE);
  private final View view =
      new View(
          new TargetId(namespace),
          Observer.TARGET_LABEL,
          "gitops4j",
          (id, live, manager) -> Fingerprint.of(live, manager),
          HealthRules.standard());
  private final List<ResourceId> moved = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    index.close();
    connection.close();
    timer.shutdownNow();
  }

  @Test
  @DisplayName("a first stream gives way to writes, and then tells what moved meanwhile")
  void givesWay() {
    index.listen((target, thing) -> thing.ifPresent(moved::add));
    index.giveWay(
        () -> {
          assertThat(index.objects(maps, view, object -> {}).join()).isEmpty();
          create("meanwhile");
          await()
              .during(Duration.ofMillis(500))
              .atMost(Duration.ofSeconds(5))
              .until(() -> index.watching() == 0 && moved.isEmpty());
        });

    await().until(() -> moved.contains(new ResourceId("", "ConfigMap", namespace, "meanwhile")));
    assertThat(index.objects(maps, view, object -> {}).join()).hasSize(1);
  }

  @Test
  @DisplayName("a stream that is open goes on telling while something is written")
  void goesOn() {
    index.listen((target, thing) -> thing.ifPresent(moved::add));
    index.objects(maps, view, object -> {}).join();
    await().until(() -> index.watching() == 1);

    index.giveWay(
        () -> {
          create("during");
          await().until(() -> !moved.isEmpty());
        });
  }

  @Test
  @DisplayName("an object that goes to a target that nobody here looks at is not its former one's")
  void goesElsewhere() {
    index.listen((target, thing) -> thing.ifPresent(moved::add));
    create("moves");
    index.objects(maps, view, object -> {}).join();
    await().until(() -> index.watching() == 1);
    assertThat(index.objects(maps, view, object -> {}).join()).hasSize(1);

    cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName("moves")
        .edit(
            c -> {
              c.getMetadata().getLabels().put(Observer.TARGET_LABEL, "0123456789abcdef");
              return c;
            });

    await().until(() -> moved.contains(new ResourceId("", "ConfigMap", namespace, "moves")));
    assertThat(index.objects(maps, view, object -> {}).join()).isEmpty();
  }

  private void create(String name) {
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels(Observer.TARGET_LABEL, view.hash())
                .endMetadata()
                .build())
        .create();
  }
}
