package io.gitops4j.examples.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.gitops4j.k8s.testing.TestCluster;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Map;

/**
 * One thing measured.
 *
 * @param requests that the server answered meanwhile, for objects of the benchmark
 */
record Measurement(
    int objects, String what, long milliseconds, long requests, long cpuMillis, long peakHeapMib) {
  private static final List<String> COUNTED =
      List.of("configmaps", "secrets", "services", "deployments", "serviceaccounts", "namespaces");

  /** Something that is measured. */
  interface Work {
    void run() throws Exception;
  }

  static Measurement of(TestCluster cluster, int objects, String what, Work work) throws Exception {
    System.gc();
    List<MemoryPoolMXBean> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(p -> p.getType() == MemoryType.HEAP)
            .toList();
    heap.forEach(MemoryPoolMXBean::resetPeakUsage);
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Map<String, Long> before = cluster.requestCounts();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    work.run();
    long took = System.nanoTime() - start;
    long cpuTook = system.getProcessCpuTime() - cpu;
    long requests = counted(cluster.requestsSince(before));
    long peak = heap.stream().mapToLong(p -> p.getPeakUsage().getUsed()).sum();
    Measurement measured =
        new Measurement(objects, what, took / 1_000_000, requests, cpuTook / 1_000_000, peak >> 20);
    System.out.println(measured.row());
    return measured;
  }

  /** What the server answered so far for objects of the benchmark. */
  static long requests(TestCluster cluster) {
    return counted(cluster.requestCounts());
  }

  private static long counted(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .filter(e -> COUNTED.contains(e.getKey().substring(e.getKey().indexOf(' ') + 1)))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  static String header() {
    return "| objects | what | ms | requests | CPU ms (this process) | peak heap MiB |\n"
        + "|---|---|---|---|---|---|";
  }

  String row() {
    return "| %d | %s | %d | %d | %d | %d |"
        .formatted(objects, what, milliseconds, requests, cpuMillis, peakHeapMib);
  }
}
