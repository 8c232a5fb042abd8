package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.gitops4j.GitOps;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Fight;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.tck.InMemorySource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A controller over a watched cluster. */
class ControllerIT {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("controller");
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final ExecutorService workers = Executors.newFixedThreadPool(3);
  private final InMemorySource source = new InMemorySource();
  private final List<Kind> passes = new CopyOnWriteArrayList<>();
  private final List<ReconcileEvent.Drifted> drifts = new CopyOnWriteArrayList<>();
  private final List<Fight> fights = new CopyOnWriteArrayList<>();
  private final KubernetesCluster connection =
      KubernetesCluster.builder(
              new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
          .watch(timer)
          .connect();
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
              .namespace(namespace)
              .stateNamespace(namespace)
              .build());
  private GitOpsController controller;

  @AfterEach
  void close() {
    controller.stop(Duration.ofSeconds(5));
    destination.close();
    connection.close();
    workers.shutdownNow();
    timer.shutdownNow();
  }

  private void start() {
    commit("one", "desired");
    controller =
        GitOpsController.builder()
            .workers(workers, 2)
            .timer(timer)
            .listener(
                new ReconcileListener() {
                  @Override
                  public void drifted(ReconcileEvent.Drifted event) {
                    drifts.add(event);
                  }

                  @Override
                  public void contested(ReconcileEvent.Contested event) {
                    fights.add(event.fight());
                  }

                  @Override
                  public void finished(ReconcileEvent.Finished event) {
                    passes.add(event.outcome().kind());
                  }
                })
            .target(
                ScheduledTarget.builder(
                        GitOps.target(namespace)
                            .source(source)
                            .renderer(ManifestRenderer.path("app"))
                            .destination(destination)
                            .build())
                    .interval(Duration.ofHours(1))
                    .healing(new RetryPolicy(-1, Duration.ofMillis(50), 1, Duration.ofMillis(50)))
                    .build())
            .build();
    controller.start();
    await().until(() -> passes.contains(Kind.APPLIED));
    quiet();
  }

  /** Whatever came back of our own writes was looked at. */
  private void quiet() {
    controller.trigger(new TargetId(namespace));
    await().until(() -> connection.watching() > 0 && last() == Kind.IN_SYNC);
  }

  private Kind last() {
    return passes.get(passes.size() - 1);
  }

  private void commit(String message, String value) {
    source.commit(
        message,
        Map.of(
            "app/a.yaml",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: %s}}"
                .formatted(value)));
  }

  private void write(String value) {
    cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName("a")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager("other")
                .build(),
            "{\"data\":{\"k\":\"" + value + "\"}}");
  }

  private String value() {
    return cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName("a")
        .get()
        .getData()
        .get("k");
  }

  @Test
  @DisplayName(
      "a foreign write is healed when the watch tells of it, says who wrote it, and leads to no"
          + " endless passes")
  void heals() {
    start();
    int before = passes.size();
    long at = System.nanoTime();
    write("foreign");

    await().pollInterval(Duration.ofMillis(10)).until(() -> value().equals("desired"));
    System.out.println(
        "healed after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - at) + " ms");
    quiet();
    int after = passes.size();
    assertThat(after - before).isBetween(2, 4);
    var field = drifts.get(drifts.size() - 1).change().fields().get(0);
    assertThat(field.path()).isEqualTo("data.k");
    assertThat(field.before()).contains("\"foreign\"");
    assertThat(field.after()).contains("\"desired\"");
    assertThat(field.writer().orElseThrow().manager()).isEqualTo("other");
    assertThat(field.writer().orElseThrow().time()).isPresent();
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(5))
        .until(() -> passes.size() <= after + 1);
  }

  @Test
  @DisplayName(
      "a writer that overwrites what is healed is named, healing stops and a rule is proposed; a"
          + " new revision begins anew")
  void fights() {
    start();
    for (int i = 0; fights.isEmpty() && i < 10; i++) {
      String foreign = "foreign-" + i;
      write(foreign);
      await().until(() -> !fights.isEmpty() || value().equals("desired"));
    }

    assertThat(fights).hasSize(1);
    assertThat(fights.get(0).ours()).isEqualTo("gitops4j");
    assertThat(fights.get(0).other()).isEqualTo("other");
    assertThat(fights.get(0).heals()).isEqualTo(3);
    assertThat(fights.get(0).proposal()).contains("jsonPointers: ['/data/k']");
    await()
        .untilAsserted(
            () ->
                assertThat(controller.status(new TargetId(namespace)).message())
                    .contains("gitops4j and other overwrite each other"));
    assertThat(value()).startsWith("foreign");

    commit("two", "new");
    controller.trigger(new TargetId(namespace));
    await().until(() -> value().equals("new"));
  }
}
