package io.gitops4j.k8s.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SimulatedClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestCluster cluster = SimulatedCluster.shared().api();
  private final KubernetesClient client = cluster.client();
  private final String namespace = cluster.createNamespace("simulated");

  @Test
  @DisplayName("Deployments become available, Jobs complete or fail, namespaces go away")
  void behavesAsACluster() {
    deploy("good", "registry.test/app:1", "{}");
    job("done", "{}");
    job("bad", "{gitops4j.test/fails: 'yes'}");

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertThat(
                      client
                          .apps()
                          .deployments()
                          .inNamespace(namespace)
                          .withName("good")
                          .get()
                          .getStatus()
                          .getAvailableReplicas())
                  .isEqualTo(1);
              assertThat(conditions("done")).contains("Complete");
              assertThat(conditions("bad")).contains("Failed");
            });
    client.namespaces().withName(namespace).delete();
    await().atMost(LIMIT).until(() -> client.namespaces().withName(namespace).get() == null);
  }

  @Test
  @DisplayName("an image that cannot be pulled and a container that crashes are told in the pod")
  void showsFailures() {
    deploy("unpullable", "registry.test/does-not-exist:1", "{}");
    deploy("crashing", "registry.test/app:1", "{gitops4j.test/fails: 'yes'}");

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(waiting())
                    .containsExactlyInAnyOrder("ImagePullBackOff", "CrashLoopBackOff"));
  }

  private List<String> waiting() {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .map(Pod::getStatus)
        .flatMap(s -> s.getContainerStatuses().stream())
        .map(ContainerStatus::getState)
        .filter(s -> s.getWaiting() != null)
        .map(s -> s.getWaiting().getReason())
        .toList();
  }

  private List<String> conditions(String job) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(job)
        .get()
        .getStatus()
        .getConditions()
        .stream()
        .filter(c -> c.getStatus().equals("True"))
        .map(c -> c.getType())
        .toList();
  }

  private void deploy(String name, String image, String annotations) {
    create(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s}
        spec:
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}, annotations: %3$s}
            spec: {containers: [{name: main, image: "%2$s"}]}
        """
            .formatted(name, image, annotations));
  }

  private void job(String name, String annotations) {
    create(
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: %s}
        spec:
          backoffLimit: 0
          template:
            metadata: {annotations: %s}
            spec: {restartPolicy: Never, containers: [{name: main, image: "registry.test/job:1"}]}
        """
            .formatted(name, annotations));
  }

  private void create(String yaml) {
    client.resource(yaml).inNamespace(namespace).create();
  }
}
