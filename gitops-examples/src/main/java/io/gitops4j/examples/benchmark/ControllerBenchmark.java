package io.gitops4j.examples.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.gitops4j.GitOps;
import io.gitops4j.controller.ControllerBuilder;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.controller.TargetPhase;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.tck.InMemorySource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Many targets in one process while nothing changes: what that costs of a core. Arguments: the
 * number of targets, the seconds to measure.
 */
public final class ControllerBenchmark {
  private static final int OBJECTS = 5;

  private ControllerBenchmark() {}

  /** Measures. */
  public static void main(String[] arguments) throws InterruptedException {
    int targets = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 180;
    ExecutorService workers = Executors.newFixedThreadPool(8);
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    List<KubernetesDestination> destinations = new ArrayList<>();
    try (TestCluster cluster = TestCluster.start();
        KubernetesCluster connection =
            KubernetesCluster.builder(new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile()))
                .watch(timer)
                .connect()) {
      ControllerBuilder builder = GitOpsController.builder().workers(workers, 6).timer(timer);
      for (int i = 0; i < targets; i++) {
        KubernetesDestination destination = destination(connection);
        destinations.add(destination);
        builder.target(target("t" + i, destination));
      }
      GitOpsController controller = builder.build();
      controller.start();
      System.out.println("applying " + targets + " targets of " + OBJECTS + " objects");
      for (long left = targets; left > 0; left = unsettled(controller)) {
        System.out.println(left + " to go");
        TimeUnit.SECONDS.sleep(10);
      }
      measure(cluster, targets, seconds);
      controller.stop(Duration.ofSeconds(10));
    } finally {
      destinations.forEach(KubernetesDestination::close);
      workers.shutdownNow();
      timer.shutdownNow();
    }
  }

  private static void measure(TestCluster cluster, int targets, int seconds)
      throws InterruptedException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long requests = Measurement.requests(cluster);
    long cpu = system.getProcessCpuTime();
    TimeUnit.SECONDS.sleep(seconds);
    double share = (system.getProcessCpuTime() - cpu) / (seconds * 1e9) * 100;
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    System.out.println("| targets | seconds | % of a core | requests | heap MiB |");
    System.out.println("|---|---|---|---|---|");
    System.out.printf(
        "| %d | %d | %.2f | %d | %d |%n",
        targets, seconds, share, Measurement.requests(cluster) - requests, heap);
  }

  private static long unsettled(GitOpsController controller) {
    return controller.statuses().stream()
        .filter(s -> s.phase() != TargetPhase.IDLE || s.applied().isEmpty() || s.failed() > 0)
        .count();
  }

  private static KubernetesDestination destination(KubernetesCluster connection) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
            .namespace("default")
            .build());
  }

  private static ScheduledTarget target(String name, KubernetesDestination destination) {
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i < OBJECTS; i++) {
      files.put(
          "app/" + i + ".yaml",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s-%d}, data: {k: v}}"
              .formatted(name, i));
    }
    InMemorySource source = new InMemorySource();
    source.commit("one", files);
    return ScheduledTarget.of(
        GitOps.target(name)
            .source(source)
            .renderer(ManifestRenderer.path("app"))
            .destination(destination)
            .build());
  }
}
