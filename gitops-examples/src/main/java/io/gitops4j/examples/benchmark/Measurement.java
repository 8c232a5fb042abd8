package io.gitops4j.examples.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.gitops4j.k8s.testing.TestCluster;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One thing measured.
 *
 * @param requests that the server answered meanwhile, for objects of the benchmark; streams of
 *     events aside, which it counts when they end
 */
record Measurement(
    int objects,
    String what,
    double milliseconds,
    long requests,
    long cpuMillis,
    long peakHeapMib) {
  private static final List<String> COUNTED =
      List.of("configmaps", "secrets", "services", "deployments", "serviceaccounts", "namespaces");

  /** Something that is measured until it stops the clock, or else until it returns. */
  interface Work {
    void run(Runnable stop) throws Exception;
  }

  static Measurement of(TestCluster cluster, int objects, String what, Work work) throws Exception {
    System.gc();
    collectGarbage(cluster);
    List<MemoryPoolMXBean> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(p -> p.getType() == MemoryType.HEAP)
            .toList();
    heap.forEach(MemoryPoolMXBean::resetPeakUsage);
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    List<Measurement> measured = new ArrayList<>();
    long before = requests(cluster);
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    Runnable stop =
        () -> {
          long took = System.nanoTime() - start;
          long cpuTook = system.getProcessCpuTime() - cpu;
          long peak = heap.stream().mapToLong(p -> p.getPeakUsage().getUsed()).sum();
          measured.add(
              new Measurement(
                  objects,
                  what,
                  took / 1e6,
                  requests(cluster) - before,
                  cpuTook / 1_000_000,
                  peak >> 20));
        };
    work.run(stop);
    if (measured.isEmpty()) {
      stop.run();
    }
    return measured.get(0);
  }

  /**
   * Also the server's: its collector takes half as long again as the writes of a round in which it
   * runs, and runs in every other one, so that a median would tell which of them it met.
   */
  private static void collectGarbage(TestCluster cluster) throws InterruptedException {
    if (cluster.client().raw("/debug/pprof/heap?gc=1&debug=1") == null) {
      throw new IllegalStateException("the server does not collect its garbage when it is asked");
    }
    TimeUnit.MILLISECONDS.sleep(50); // what follows a collection is none of what is measured
  }

  /** The one in the middle of several of the same, printed. */
  static Measurement median(List<Measurement> rounds) {
    Measurement middle =
        rounds.stream()
            .sorted(Comparator.comparingDouble(Measurement::milliseconds))
            .toList()
            .get(rounds.size() / 2);
    System.out.println(middle.row(rounds.size()));
    return middle;
  }

  /** What the server answered so far for objects of the benchmark. */
  static long requests(TestCluster cluster) {
    return cluster.requestCounts().entrySet().stream()
        .filter(e -> !e.getKey().startsWith("WATCH "))
        .filter(e -> COUNTED.contains(e.getKey().substring(e.getKey().indexOf(' ') + 1)))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  static String header() {
    return "| objects | what | ms, median | rounds | requests | CPU ms (this process) | peak heap"
        + " MiB |\n|---|---|---|---|---|---|---|";
  }

  private String row(int rounds) {
    return "| %d | %s | %.1f | %d | %d | %d | %d |"
        .formatted(objects, what, milliseconds, rounds, requests, cpuMillis, peakHeapMib);
  }
}
