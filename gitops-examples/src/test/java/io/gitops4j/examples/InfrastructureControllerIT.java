package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.controller.GitOpsController;
import io.gitops4j.examples.controller.Platform;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfrastructureControllerIT {
  @TempDir Path folder;

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("infra");
  private final InMemorySource source = new InMemorySource();
  private final List<String> passes = new CopyOnWriteArrayList<>();

  @Test
  @DisplayName(
      "a Kubernetes target waits for a Terraform target, gets its outputs, and gets them again when"
          + " they changed")
  void outputsFlowOn() {
    ExecutorService workers = Executors.newFixedThreadPool(3);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    commit("16");
    try (TerraformDestination cloud =
            TerraformDestination.open(
                TerraformConfig.builder(folder, Sensitive.of(new byte[32]))
                    .binary(TerraformPrograms.any())
                    .build());
        KubernetesDestination kubernetes =
            KubernetesDestination.connect(
                KubernetesConfig.builder(
                        new KubernetesConfig.KubeconfigFile(
                            cluster.kubeconfigFile(), Optional.empty()))
                    .namespace(namespace)
                    .stateNamespace(namespace)
                    .build())) {
      GitOpsController controller =
          Platform.infrastructureFirst(source, cloud, kubernetes)
              .workers(workers, 2)
              .timer(timer)
              .listener(
                  new ReconcileListener() {
                    @Override
                    public void finished(ReconcileEvent.Finished event) {
                      passes.add(event.target() + " " + event.outcome().kind());
                    }
                  })
              .build();
      controller.start();
      await().until(() -> size().equals("16"));
      // What a pass wrote is there before it is told.
      await().untilAsserted(() -> assertThat(passes).startsWith("network APPLIED", "shop APPLIED"));

      commit("32");
      controller.trigger(new TargetId("network"));
      await().until(() -> size().equals("32"));
      assertThat(controller.stop(Duration.ofSeconds(30))).isTrue();
    } finally {
      workers.shutdownNow();
      timer.shutdownNow();
    }
  }

  private void commit(String size) {
    source.commit(
        size,
        Map.of(
            "infra/main.tf",
            """
            resource "terraform_data" "network" {
              input = "%s"
            }
            output "size" {
              value = terraform_data.network.output
            }
            """
                .formatted(size),
            "app/shop.yaml",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: shop}, data: {greeting: hello}}"));
  }

  private String size() {
    return Optional.ofNullable(
            cluster.client().secrets().inNamespace(namespace).withName("network").get())
        .map(s -> s.getData().get("size"))
        .map(v -> new String(Base64.getDecoder().decode(v), StandardCharsets.UTF_8))
        .orElse("");
  }
}
