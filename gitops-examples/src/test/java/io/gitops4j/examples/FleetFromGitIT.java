package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.fleet.ClusterOutcome.State;
import io.gitops4j.fleet.Fleet;
import io.gitops4j.fleet.FleetOutcome;
import io.gitops4j.fleet.ScheduledFleet;
import io.gitops4j.fleet.Wave;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.testing.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet under a controller, from a real repository to places of a real server. */
class FleetFromGitIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final TestCluster server = TestCluster.shared();
  private final String canary = server.createNamespace("fleet-canary");
  private final String rest = server.createNamespace("fleet-rest");
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private Git git;

  @BeforeEach
  void repository() throws Exception {
    git = Git.init().setInitialBranch("main").setDirectory(folder.resolve("git").toFile()).call();
    commit("data: {text: '1'}");
  }

  @AfterEach
  void stop() {
    git.close();
    workers.shutdownNow();
    timer.shutdownNow();
  }

  private void commit(String data) throws Exception {
    Path file = folder.resolve("git/app/config.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n" + data + "\n");
    git.add().addFilepattern(".").call();
    git.commit()
        .setSign(false)
        .setAuthor("Ann", "ann@example.com")
        .setCommitter("Ann", "ann@example.com")
        .setMessage(data)
        .call();
  }

  private Resource<ConfigMap> live(String namespace) {
    return server.client().configMaps().inNamespace(namespace).withName("c");
  }

  private String text(String namespace) {
    return Optional.ofNullable(live(namespace).get()).map(c -> c.getData().get("text")).orElse("-");
  }

  private KubernetesDestination connect(String namespace) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigFile(server.kubeconfigFile(), Optional.empty()))
            .namespace(namespace)
            .stateNamespace(namespace)
            .build());
  }

  /** One process: nothing in memory, nothing on disk. */
  private final class Process implements AutoCloseable {
    private final GitSource source;
    private final KubernetesDestination first = connect(canary);
    private final KubernetesDestination second = connect(rest);
    private final ScheduledFleet<ManifestSet> fleet;
    private final GitOpsController controller;

    Process(String cache) {
      source =
          GitSource.builder(folder.resolve("git").toString())
              .reference("main")
              .cacheDirectory(folder.resolve(cache))
              .build();
      fleet =
          Fleet.builder("shop", source, ManifestRenderer.path("app"))
              .cluster("canary", first)
              .cluster("rest", second)
              .wave(Wave.of("one", "canary"))
              .wave(Wave.of("two", "rest"))
              .scheduled((cluster, target) -> target.interval(Duration.ofSeconds(1)));
      controller =
          GitOpsController.builder().targets(fleet).workers(workers, 3).timer(timer).build();
      controller.start();
    }

    @Override
    public void close() {
      controller.stop(Duration.ofSeconds(10));
      first.close();
      second.close();
      source.close();
    }
  }

  @Test
  @DisplayName(
      "a process that starts while the first wave is broken heals the second at the commit it has")
  void healsAtItsCommit() throws Exception {
    try (Process before = new Process("cache-1")) {
      await()
          .atMost(LIMIT)
          .until(() -> before.fleet.standing().kind() == FleetOutcome.Kind.COMPLETE);
    }
    commit("data: 7");
    live(rest).edit(c -> new ConfigMapBuilder(c).addToData("text", "drifted").build());

    try (Process after = new Process("cache-2")) {
      await().atMost(LIMIT).until(() -> text(rest).equals("1"));
      await().atMost(LIMIT).until(() -> after.fleet.standing().in(State.FAILED).contains("canary"));
      assertThat(after.fleet.standing().kind()).isEqualTo(FleetOutcome.Kind.STOPPED);
      commit("data: {text: '2'}");

      await()
          .atMost(LIMIT)
          .until(() -> after.fleet.standing().kind() == FleetOutcome.Kind.COMPLETE);
      assertThat(text(canary)).isEqualTo("2");
      assertThat(text(rest)).isEqualTo("2");
    }
  }
}
