package io.gitops4j.k8s.testing;

import io.gitops4j.testing.GoPrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What turns an API server into a cluster: controllers and scheduler, built from the module of the
 * API server so that its packages are compiled already, and kwok, which plays the nodes.
 *
 * @param controllers the folder of the first two
 * @param nodes the folder of kwok
 */
record SimulationBinaries(Path controllers, Path nodes) {
  private static final String FLAGS = "-s -w";
  private static final String KWOK_VERSION = "v0.8.0";

  Path controllerManager() {
    return controllers.resolve("kube-controller-manager");
  }

  Path scheduler() {
    return controllers.resolve("kube-scheduler");
  }

  Path kwok() {
    return nodes.resolve("kwok");
  }

  /**
   * Finds them in the cache, or builds them once, which takes some minutes.
   *
   * @throws IllegalStateException that says why they cannot be built
   */
  static SimulationBinaries locate() {
    try {
      return new SimulationBinaries(
          GoPrograms.built(
              GoPrograms.cacheFolder("kube-controllers", KubernetesBinaries.VERSION),
              SimulationBinaries.class,
              "kube",
              List.of(
                  program("kube-controller-manager", "k8s.io/kubernetes/cmd/"),
                  program("kube-scheduler", "k8s.io/kubernetes/cmd/"))),
          GoPrograms.built(
              GoPrograms.cacheFolder("kwok", KWOK_VERSION),
              SimulationBinaries.class,
              "kwok",
              List.of(program("kwok", "sigs.k8s.io/kwok/cmd/"))));
    } catch (IOException e) {
      throw new IllegalStateException("no simulated cluster for the tests: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the simulated cluster was built", e);
    }
  }

  private static GoPrograms.Program program(String name, String parent) {
    return new GoPrograms.Program(name, parent + name, FLAGS);
  }
}
