package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.testing.CustomKinds;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.tck.InMemorySource;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of ours that is killed at any request of a sync. */
class CrashIT {
  private static final int NEVER = Integer.MAX_VALUE;

  private final TestCluster cluster = TestCluster.shared();
  @TempDir Path folder;

  /** Whether the request that the process dies at still gets to the server. */
  private enum Death {
    BEFORE,
    AFTER
  }

  @Test
  @DisplayName(
      "fault 31: a process killed at any request leaves nothing unowned, and the next one converges")
  void convergesAfterSigkill() throws Exception {
    int requests = killAt(NEVER, Death.AFTER);
    assertThat(requests).as("requests of a whole sync").isGreaterThan(50);
    System.out.println("crash points of a sync: " + requests);
    if (Boolean.getBoolean("gitops4j.exhaustive")) {
      for (int n = 1; n <= requests; n++) {
        killAt(n, Death.BEFORE);
        killAt(n, Death.AFTER);
      }
      return;
    }
    long seed = System.nanoTime();
    System.out.println("seed of the crash points: " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      killAt(1 + random.nextInt(requests), Death.values()[i % 2]);
    }
  }

  /** Kills the process at that request; how many there were. */
  private int killAt(int request, Death death) throws Exception {
    try (FaultedTarget target = FaultedTarget.on(cluster)) {
      String group = target.namespace() + ".example.org";
      target.files().clear();
      target.files().putAll(before());
      target.commit();
      target.applied();
      target.files().clear();
      target.files().putAll(after(group));
      target.commit();
      Path kubeconfig =
          Files.createFile(
              folder.resolve(target.namespace()),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(kubeconfig, target.proxy().kubeconfig());
      AtomicInteger seen = new AtomicInteger();
      Process[] victim = new Process[1];
      Runnable kill = () -> victim[0].destroyForcibly();
      FaultProxy proxy = target.proxy();
      proxy.inject(
          1,
          r -> seen.incrementAndGet() == request,
          death == Death.BEFORE
              ? FaultProxy.then(kill, FaultProxy.cutBefore())
              : proxy.andThen(kill));
      victim[0] =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Victim.class.getName(),
                  kubeconfig.toString(),
                  target.namespace())
              .redirectErrorStream(true)
              .redirectOutput(new File("target", "victim.log"))
              .start();
      int end = victim[0].waitFor();
      await().until(proxy::idle);
      int requests = seen.get();

      assertThat(end)
          .as("the end of the process at request %s", request)
          .isEqualTo(end(request, requests));
      target.nothingUnowned();
      target.converges();
      target
          .admin()
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName("things." + group)
          .delete();
      return requests;
    }
  }

  /**
   * A program that is killed by a signal ends with 128 and its number. A sync that had to wait less
   * often than the first one may be over before the request comes.
   */
  private static int end(int request, int requests) {
    return requests < request ? 0 : 128 + 9;
  }

  private static Map<String, String> before() {
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < 10; i++) {
      files.put("app/old-" + i + ".yaml", FaultedTarget.configMap("old-" + i, "1"));
      files.put("app/c-" + i + ".yaml", FaultedTarget.configMap("c-" + i, "1"));
    }
    return files;
  }

  private static Map<String, String> after(String group) {
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < 25; i++) {
      files.put("app/c-" + i + ".yaml", FaultedTarget.configMap("c-" + i, "2"));
    }
    for (int i = 0; i < 10; i++) {
      files.put("app/s-" + i + ".yaml", FaultedTarget.secret("s-" + i, FaultedTarget.CANARY));
      files.put("app/d-" + i + ".yaml", deployment("d-" + i));
    }
    files.put("app/crd.yaml", CustomKinds.things(group));
    for (int i = 0; i < 4; i++) {
      files.put(
          "app/t-" + i + ".yaml",
          "{apiVersion: %s/v1, kind: Thing, metadata: {name: t-%s}, spec: {a: 1}}"
              .formatted(group, i));
    }
    return files;
  }

  private static String deployment(String name) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s}
        spec:
          replicas: 0
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: web, image: "registry.example.org/web:1"}]}
        """
        .formatted(name);
  }

  /** The process that is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) {
      String namespace = arguments[1];
      InMemorySource source = new InMemorySource();
      source.commit("all", after(namespace + ".example.org"));
      try (KubernetesDestination destination =
          KubernetesDestination.connect(
              KubernetesConfig.builder(
                      new KubernetesConfig.KubeconfigFile(Path.of(arguments[0]), Optional.empty()))
                  .namespace(namespace)
                  .stateNamespace(namespace)
                  .requestTimeout(Duration.ofSeconds(20))
                  .build())) {
        System.out.println(
            GitOps.target(namespace)
                .source(source)
                .renderer(ManifestRenderer.path("app"))
                .destination(destination)
                .build()
                .reconcile());
      }
    }
  }
}
