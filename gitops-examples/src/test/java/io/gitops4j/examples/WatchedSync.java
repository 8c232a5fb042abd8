package io.gitops4j.examples;

import io.gitops4j.GitOps;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.reconcile.Reconciler;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A process that syncs from Git, watches the cluster, and ends when its input does. */
final class WatchedSync {
  private WatchedSync() {}

  public static void main(String[] arguments) throws Exception {
    String namespace = arguments[1];
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (GitSource source =
            GitSource.builder(arguments[2])
                .reference("main")
                .cacheDirectory(Path.of(arguments[3]))
                .build();
        KubernetesCluster cluster =
            KubernetesCluster.builder(
                    new KubernetesConfig.KubeconfigFile(Path.of(arguments[0]), Optional.empty()))
                .watch(timer)
                .connect();
        KubernetesDestination destination =
            KubernetesDestination.connect(
                KubernetesConfig.builder(new KubernetesConfig.SharedCluster(cluster))
                    .namespace(namespace)
                    .stateNamespace(namespace)
                    .build())) {
      Reconciler<ManifestSet> target =
          GitOps.target(namespace)
              .source(source)
              .renderer(ManifestRenderer.path("app"))
              .destination(destination)
              .build();
      System.out.println(target.reconcile().kind());
      while (cluster.watching() == 0) {
        Thread.onSpinWait();
      }
      System.out.println(target.reconcile().kind());
      System.out.println("watched");
      System.in.transferTo(System.err);
    } finally {
      timer.shutdownNow();
    }
  }
}
