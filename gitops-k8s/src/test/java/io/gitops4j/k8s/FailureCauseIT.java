package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.GitOps;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Why a workload is not well; the test plays the controllers, which a bare server lacks. */
class FailureCauseIT {
  private final TestCluster cluster = TestCluster.shared();
  private final KubernetesClient client = cluster.client();
  private final String namespace = cluster.createNamespace("cause");
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(
                  new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
              .namespace(namespace)
              .stateNamespace(namespace)
              .build());
  private Reconciler<ManifestSet> reconciler;

  @BeforeEach
  void deploy() {
    InMemorySource source = new InMemorySource();
    source.commit(
        "web",
        Map.of(
            "app/web.yaml",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: server, image: "example.com/web:1"}]}
            """));
    reconciler =
        GitOps.target(namespace)
            .source(source)
            .renderer(ManifestRenderer.path("app"))
            .destination(destination)
            .build();
    reconciler.reconcile(OperationContext.create());
  }

  @AfterEach
  void close() {
    destination.close();
  }

  @Test
  @DisplayName("a failing workload tells its pod's container state, exit code and last warning")
  void tellsTheCause() {
    status(0, "False");
    Pod pod = pod("web-1");
    client
        .pods()
        .resource(pod)
        .editStatus(
            p ->
                new PodBuilder(p)
                    .withStatus(
                        new PodStatusBuilder()
                            .withPhase("Running")
                            .addNewContainerStatus()
                            .withName("server")
                            .withReady(false)
                            .withRestartCount(3)
                            .withImage("example.com/web:1")
                            .withImageID("")
                            .withNewState()
                            .withNewWaiting()
                            .withReason("CrashLoopBackOff")
                            .withMessage("back-off 40s restarting failed container")
                            .endWaiting()
                            .endState()
                            .withNewLastState()
                            .withNewTerminated()
                            .withExitCode(137)
                            .withReason("OOMKilled")
                            .endTerminated()
                            .endLastState()
                            .endContainerStatus()
                            .build())
                    .build());
    event(pod, "BackOff", "Back-off restarting failed container server");

    Health health = assess();

    assertThat(health.status()).isEqualTo(HealthStatus.DEGRADED);
    assertThat(health.message())
        .contains(
            "ProgressDeadlineExceeded",
            "pod web-1: container server waits: CrashLoopBackOff",
            "back-off 40s",
            "ended before with code 137 OOMKilled",
            "event BackOff: Back-off restarting failed container server");
  }

  @Test
  @DisplayName("a workload that is well is asked nothing more")
  void asksNothingOfTheHealthy() {
    status(1, "True");
    pod("web-2");
    Map<String, Long> before = cluster.requestCounts();

    assertThat(assess().status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(cluster.requestsSince(before)).doesNotContainKeys("LIST pods", "LIST events");

    status(0, "False");
    assertThat(assess().message()).contains("ProgressDeadlineExceeded");
    assertThat(cluster.requestsSince(before)).containsKeys("LIST pods", "LIST events");
  }

  private Health assess() {
    return destination
        .health()
        .assess(reconciler.target(), OperationContext.create())
        .values()
        .iterator()
        .next();
  }

  private void status(int available, String progressing) {
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("web")
        .editStatus(
            d -> {
              Deployment deployment = d;
              deployment.setStatus(
                  new DeploymentStatusBuilder()
                      .withObservedGeneration(deployment.getMetadata().getGeneration())
                      .withReplicas(1)
                      .withUpdatedReplicas(1)
                      .withReadyReplicas(available)
                      .withAvailableReplicas(available)
                      .addNewCondition()
                      .withType("Progressing")
                      .withStatus(progressing)
                      .withReason(
                          available > 0 ? "NewReplicaSetAvailable" : "ProgressDeadlineExceeded")
                      .withMessage("told by the test")
                      .endCondition()
                      .build());
              return deployment;
            });
  }

  private Pod pod(String name) {
    return client
        .pods()
        .inNamespace(namespace)
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "web")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("server")
                .withImage("example.com/web:1")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private void event(Pod pod, String reason, String message) {
    client
        .v1()
        .events()
        .inNamespace(namespace)
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName() + ".1")
                .endMetadata()
                .withType("Warning")
                .withReason(reason)
                .withMessage(message)
                .withLastTimestamp("2026-01-01T00:00:00Z")
                .withNewInvolvedObject()
                .withKind("Pod")
                .withNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endInvolvedObject()
                .build())
        .create();
  }
}
