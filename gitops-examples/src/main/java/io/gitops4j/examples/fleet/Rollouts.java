package io.gitops4j.examples.fleet;

import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.RestoreRun;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.fleet.Fleet;
import io.gitops4j.fleet.FleetBuilder;
import io.gitops4j.fleet.FleetEvent;
import io.gitops4j.fleet.FleetListener;
import io.gitops4j.fleet.FleetOutcome;
import io.gitops4j.fleet.ScheduledFleet;
import io.gitops4j.fleet.Wave;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.source.SourceProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** What docs/fleet.md quotes. */
public final class Rollouts {
  private Rollouts() {}

  /** Three clusters, of which one has values of its own. */
  public static FleetOutcome everywhere(
      SourceProvider source,
      KubernetesDestination eu,
      KubernetesDestination us,
      KubernetesDestination test,
      ExecutorService threads) {
    Fleet<ManifestSet> shop =
        Fleet.builder("shop", source, ManifestRenderer.path("app"))
            .cluster("eu", eu)
            .cluster("us", us)
            .cluster("test", test, ManifestRenderer.path("overlays/test"))
            .workers(threads, 8)
            .clusterLimit(Duration.ofMinutes(5))
            .build();
    FleetOutcome outcome = shop.reconcile();
    outcome
        .clusters()
        .forEach(
            (name, end) -> System.out.println(name + ": " + end.state() + " " + end.message()));
    return outcome;
  }

  /** First one cluster, for ten minutes; then the others, one after the other. */
  public static FleetBuilder<ManifestSet> inWaves(
      FleetBuilder<ManifestSet> shop, Set<Digest> approved) {
    return shop.wave(Wave.of("canary", "test").withSoak(Duration.ofMinutes(10)))
        .wave(
            Wave.of("first", "eu")
                .withGateBehind(
                    (wave, revision, context) ->
                        approved.contains(revision.digest())
                            ? Optional.empty()
                            : Optional.of(revision + " waits for approval")))
        .wave(Wave.of("rest", "us", "asia", "africa").withAtOnce(1).withAllowedFailures(1));
  }

  /** What every cluster's target has, and who hears of each cluster as it ends. */
  public static FleetBuilder<ManifestSet> told(
      FleetBuilder<ManifestSet> shop, Consumer<String> log) {
    return shop.each(
            (cluster, target) -> {
              if (cluster.equals("test")) {
                target.policy(SyncPolicy.standard().withDrift(SyncPolicy.Drift.OBSERVE));
              }
            })
        .listener(
            new FleetListener() {
              @Override
              public void ended(FleetEvent.Ended event) {
                log.accept(event.outcome().cluster() + " is " + event.outcome().state());
              }

              @Override
              public void stopped(FleetEvent.Stopped event) {
                log.accept(event.revision() + " stopped: " + event.reason());
              }
            });
  }

  /** A fleet that a controller keeps in sync. */
  public static GitOpsController kept(
      FleetBuilder<ManifestSet> shop, ExecutorService workers, ScheduledExecutorService timer) {
    ScheduledFleet<ManifestSet> fleet =
        shop.scheduled((cluster, target) -> target.interval(Duration.ofMinutes(2)));
    GitOpsController controller =
        GitOpsController.builder().targets(fleet).workers(workers, 8).timer(timer).build();
    controller.start();
    System.out.println(fleet.standing().kind() + " " + fleet.standing().message());
    return controller;
  }

  /** An empty cluster in place of one that was lost. */
  public static ReconcileOutcome restore(Reconciler<ManifestSet> shop, Revision lastGood) {
    return shop.restore(
        Rollback.to(lastGood, "ann@example.com", "etcd of eu was lost"),
        OperationContext.within(Duration.ofMinutes(30)));
  }

  /** All that was in it, what others need first. */
  public static RestoreRun.Result restoreAll(List<ScheduledTarget> targets, Revision lastGood) {
    return RestoreRun.of(targets)
        .restore(
            target -> Rollback.to(lastGood, "ann@example.com", "etcd of eu was lost"),
            OperationContext.within(Duration.ofHours(1)));
  }

  /** Back to following Git, once somebody has seen that all is well. */
  public static Map<TargetId, Pin> followAgain(List<ScheduledTarget> targets) {
    return RestoreRun.of(targets).release(OperationContext.within(Duration.ofMinutes(5)));
  }
}
