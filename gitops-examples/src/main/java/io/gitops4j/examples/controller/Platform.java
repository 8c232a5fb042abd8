package io.gitops4j.examples.controller;

import io.gitops4j.GitOps;
import io.gitops4j.controller.ControllerBuilder;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.Leadership;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.git.GitPolls;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.KubernetesLeadership;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.OutputsRenderer;
import io.gitops4j.metrics.ReconcileMetrics;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformRenderer;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** What docs/controller.md quotes. */
public final class Platform {
  private Platform() {}

  /** Every target of a list, at intervals. */
  public static GitOpsController many(
      List<Reconciler<ManifestSet>> shops,
      ExecutorService workers,
      ScheduledExecutorService timer) {
    ControllerBuilder builder = GitOpsController.builder().workers(workers, 8).timer(timer);
    for (Reconciler<ManifestSet> shop : shops) {
      builder.target(
          ScheduledTarget.builder(shop).interval(Duration.ofMinutes(2)).tenant("team-a").build());
    }
    GitOpsController controller = builder.build();
    controller.start();
    return controller;
  }

  /** Sources of one repository that ask once for all. */
  public static List<SourceProvider> sources(String url, Path cache) {
    GitPolls polls = GitPolls.create();
    return List.of(
        GitSource.builder(url).reference("main").cacheDirectory(cache).polls(polls).build(),
        GitSource.builder(url).reference("staging").cacheDirectory(cache).polls(polls).build());
  }

  /** Infrastructure first, then the application that needs its outputs. */
  public static ControllerBuilder infrastructureFirst(
      SourceProvider source, TerraformDestination cloud, KubernetesDestination cluster) {
    var network =
        GitOps.target("network")
            .source(source)
            .renderer(TerraformRenderer.path("infra"))
            .destination(cloud)
            .build();
    var shop =
        GitOps.target("shop")
            .source(source)
            .renderer(
                OutputsRenderer.secret(
                    ManifestRenderer.path("app"),
                    "network",
                    cloud.outputsOf(new TargetId("network"))))
            .destination(cluster)
            .build();
    return GitOpsController.builder()
        .target(ScheduledTarget.of(network))
        .target(ScheduledTarget.builder(shop).dependsOn("network").build());
  }

  /** One replica of several. */
  public static Leadership replica(
      KubernetesCluster cluster, String podName, ScheduledExecutorService timer) {
    return KubernetesLeadership.builder(cluster)
        .group("platform")
        .identity(podName)
        .leaseTime(Duration.ofSeconds(15))
        .timer(timer)
        .build();
  }

  /** Meters of Micrometer. */
  public static ControllerBuilder measured(ControllerBuilder builder, MeterRegistry registry) {
    return builder.listener(ReconcileMetrics.to(registry));
  }

  /** What an operator does. */
  public static boolean operate(GitOpsController controller, TargetId shop) {
    controller.trigger(shop);
    controller.triggerRepository("git@git.example.com:shop.git");
    controller.suspend(shop);
    System.out.println(controller.status(shop).message());
    controller.resume(shop);
    return controller.stop(Duration.ofSeconds(30));
  }
}
