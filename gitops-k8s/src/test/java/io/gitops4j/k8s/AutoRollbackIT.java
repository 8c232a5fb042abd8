package io.gitops4j.k8s;

import static io.gitops4j.k8s.SimulatedTarget.deployment;
import static io.gitops4j.k8s.SimulatedTarget.job;
import static io.gitops4j.k8s.SimulatedTarget.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.apply.Actuation;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.testing.SimulatedCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.AutoRollback;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A deliberately broken image, and the way back, where pods run or do not. */
class AutoRollbackIT {
  private static final Duration WINDOW = Duration.ofSeconds(60);

  /** Of a process that begins from here on. */
  private Duration window = WINDOW;

  private final MovableClock clock = new MovableClock(Instant.now());
  private final List<ReconcileOutcome> passes = new CopyOnWriteArrayList<>();
  private final SimulatedTarget target =
      new SimulatedTarget(
          "auto-rollback",
          c -> c,
          new KubernetesConfig.KubeconfigFile(
              SimulatedCluster.shared().api().kubeconfigFile(), Optional.empty()),
          t ->
              t.autoRollback(AutoRollback.within(window))
                  .clock(clock)
                  .listener(
                      new ReconcileListener() {
                        @Override
                        public void finished(ReconcileEvent.Finished event) {
                          passes.add(event.outcome());
                        }
                      }));

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName(
      "a broken image fails within its deadline and names pod, container and reason; the old revision"
          + " comes back healthy; the next good commit is applied by itself")
  void survivesABrokenImage() {
    target.file("web", deployment("web", "", "registry.test/web:1", "{}"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    target.file("web", broken()).file("more", map("more", "", "only in the bad revision"));
    passes.clear();

    ReconcileOutcome end = target.sync();

    assertThat(passes)
        .extracting(ReconcileOutcome::kind)
        .containsExactly(Kind.INCOMPLETE, Kind.APPLIED);
    assertThat(((ReconcileOutcome.Incomplete) passes.get(0)).outcome().results())
        .filteredOn(r -> r.failure().isPresent())
        .singleElement()
        .satisfies(
            r ->
                assertThat(r.failure().get().message())
                    .contains("Deployment", "it failed", "pod web-", "container main")
                    .containsAnyOf("ErrImagePull", "ImagePullBackOff"));
    Pin pin = end.pass().pin().orElseThrow();
    assertThat(pin.why()).contains("pod web-");
    assertThat(image()).isEqualTo("registry.test/web:1");
    assertThat(healths()).containsOnly(HealthStatus.HEALTHY);
    assertThat(target.maps("more")).as("pruned with it").isEmpty();
    HistoryEntry failed = history().get(1);
    assertThat(failed.outcome()).isEqualTo(Kind.INCOMPLETE);
    assertThat(failed.lines())
        .filteredOn(l -> l.id().kind().equals("Deployment"))
        .singleElement()
        .satisfies(
            l -> {
              assertThat(l.actuation()).isEqualTo(Actuation.SUCCEEDED);
              assertThat(l.health().status()).isNotEqualTo(HealthStatus.HEALTHY);
              assertThat(l.health().message()).contains("container main");
              assertThat(l.failure()).isPresent();
            });
    assertThat(history().get(0).pin()).contains(pin);
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.IN_SYNC);

    target.file("web", deployment("web", "", "registry.test/web:3", "{}"));

    assertThat(target.sync().pass().pin()).isEmpty();
    assertThat(image()).isEqualTo("registry.test/web:3");
    assertThat(healths()).containsOnly(HealthStatus.HEALTHY);
  }

  @Test
  @DisplayName("a controller goes back from a broken image and goes on with the next good commit")
  void goesBackUnderAController() {
    target.file("web", deployment("web", "", "registry.test/web:1", "{}"));
    target.commit();
    ExecutorService workers = Executors.newFixedThreadPool(2);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    GitOpsController controller =
        GitOpsController.builder()
            .workers(workers, 2)
            .timer(timer)
            .target(
                ScheduledTarget.builder(target.reconciler())
                    .interval(Duration.ofSeconds(1))
                    .build())
            .build();
    try {
      controller.start();
      awaitImage("registry.test/web:1");
      await().until(() -> status(controller) == HealthStatus.HEALTHY);
      target.file("web", broken());
      target.commit();
      awaitImage("registry.test/does-not-exist:2");
      awaitImage("registry.test/web:1");
      await()
          .untilAsserted(
              () ->
                  assertThat(controller.status(target.reconciler().target()).pin())
                      .hasValueSatisfying(p -> assertThat(p.why()).contains("container main")));
      target.file("web", deployment("web", "", "registry.test/web:3", "{}"));
      target.commit();
      awaitImage("registry.test/web:3");
    } finally {
      controller.stop(Duration.ofSeconds(20));
      workers.shutdownNow();
      timer.shutdownNow();
    }
  }

  @Test
  @DisplayName(
      "what a process that ended waited for is judged by the one that begins after the window")
  void judgesAfterARestart() {
    target.file("web", deployment("web", "", "registry.test/web:1", "{}"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    target.file(
        "web", deployment("web", "", "registry.test/web:2", "{gitops4j.test/starts-after: 3600s}"));
    target.commit();
    OperationContext killed = OperationContext.create();
    CompletableFuture<ReconcileOutcome> process =
        CompletableFuture.supplyAsync(() -> target.again(killed));
    await().until(() -> history().size() == 2);
    // From here on it sends nothing more, as if it was killed.
    killed.cancel();
    assertThat(process.join().kind()).isEqualTo(Kind.FAILED);
    assertThat(history().get(0).trial().orElseThrow().awaited())
        .extracting(ResourceId::kind)
        .containsExactly("Deployment");

    clock.forward(WINDOW);
    window = Duration.ofSeconds(2);
    target.restart();
    ReconcileOutcome end = target.again(OperationContext.create());

    assertThat(end.pass().pin().orElseThrow().why()).contains("did not become well within");
    assertThat(image()).isEqualTo("registry.test/web:1");
    assertThat(healths()).containsOnly(HealthStatus.HEALTHY);
  }

  @Test
  @DisplayName(
      "hooks of the earlier revision run again with a rollback, or not, as it is asked for")
  void runsHooksWhenAsked() {
    target
        .file("settings", map("settings", "", "one"))
        .file("before", job("before", "argocd.argoproj.io/hook: PreSync"));
    target.sync();
    String ran = target.uidOfJob("before");
    target.file("settings", map("settings", "", "two")).without("before");
    target.sync();
    Rollback wish = Rollback.to(history().get(history().size() - 1), "ann", "two is broken");

    ReconcileOutcome without =
        target.reconciler().rollback(wish.hooks(Pin.Hooks.SKIP), OperationContext.create());
    target.reconciler().release(OperationContext.create());
    target.again(OperationContext.create());
    ReconcileOutcome with = target.reconciler().rollback(wish, OperationContext.create());

    assertThat(written(without)).containsExactly("settings");
    assertThat(written(with)).containsExactlyInAnyOrder("before", "settings");
    assertThat(target.uidOfJob("before")).isNotEqualTo(ran);
  }

  private static List<String> written(ReconcileOutcome outcome) {
    return ((ReconcileOutcome.Applied) outcome)
        .outcome().results().stream()
            .filter(r -> r.change().action().writes())
            .map(r -> r.change().id().name())
            .toList();
  }

  /** The server itself gives up on it after three seconds. */
  private static String broken() {
    return deployment("web", "", "registry.test/does-not-exist:2", "{}")
        .replace("spec:\n  selector", "spec:\n  progressDeadlineSeconds: 3\n  selector");
  }

  private HealthStatus status(GitOpsController controller) {
    return controller.status(target.reconciler().target()).health().status();
  }

  private void awaitImage(String image) {
    await().untilAsserted(() -> assertThat(image()).isEqualTo(image));
  }

  private String image() {
    var deployment =
        target.client().apps().deployments().inNamespace(target.namespace()).withName("web").get();
    return deployment == null
        ? ""
        : deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getImage();
  }

  private List<HealthStatus> healths() {
    return target
        .destination()
        .health()
        .assess(target.reconciler().target(), OperationContext.create())
        .values()
        .stream()
        .map(h -> h.status())
        .toList();
  }

  private List<HistoryEntry> history() {
    return target
        .destination()
        .history()
        .list(target.reconciler().target(), OperationContext.create());
  }
}
