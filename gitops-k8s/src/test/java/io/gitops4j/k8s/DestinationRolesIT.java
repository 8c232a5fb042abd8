package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.GitOps;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.tck.InMemorySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the page on permissions says is enough. */
class DestinationRolesIT {
  private static final Path PAGE = Path.of("..", "docs", "permissions.md");
  private static final Pattern MANIFESTS = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private final TestCluster cluster = TestCluster.shared();
  private final KubernetesClient admin = cluster.client();
  private final String namespace = cluster.createNamespace("shop");
  private final String state = cluster.createNamespace("state");
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();
  private final List<ReconcileOutcome> passes = new CopyOnWriteArrayList<>();
  private final ExecutorService workers = Executors.newFixedThreadPool(3);
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

  @AfterEach
  void stop() {
    workers.shutdownNow();
    timer.shutdownNow();
  }

  @Test
  @DisplayName("a controller lives by the roles of the page: watched, led, told of, pruned")
  void suffice() throws Exception {
    KubernetesConfig.Access access =
        new KubernetesConfig.KubeconfigContent(
            Sensitive.of(cluster.kubeconfig(token())), Optional.empty());
    files.put("app/a.yaml", configMap("a", "1"));
    files.put("app/b.yaml", configMap("b", "1"));
    source.commit("one", files);
    try (KubernetesCluster connection = KubernetesCluster.builder(access).watch(timer).connect();
        KubernetesEvents events =
            KubernetesEvents.builder(connection, workers).aboutObjects().build();
        KubernetesDestination destination =
            KubernetesDestination.connect(
                KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
                    .namespace(namespace)
                    .stateNamespace(state)
                    .build())) {
      GitOpsController controller = controller(connection, destination, events);
      controller.start();
      try {
        await().until(() -> names().containsAll(List.of("a", "b")));
        await().until(() -> connection.watching() > 0);
        files.put("app/a.yaml", configMap("a", "2"));
        files.remove("app/b.yaml");
        source.commit("two", files);
        controller.trigger(new TargetId(namespace));
        await().until(() -> !names().contains("b"));
        await()
            .until(
                () ->
                    !admin
                        .events()
                        .v1()
                        .events()
                        .inNamespace(namespace)
                        .list()
                        .getItems()
                        .isEmpty());
      } finally {
        controller.stop(Duration.ofSeconds(5));
      }
    }
    assertThat(passes)
        .as("%s", passes)
        .isNotEmpty()
        .allSatisfy(
            p ->
                assertThat(p.kind())
                    .isIn(ReconcileOutcome.Kind.APPLIED, ReconcileOutcome.Kind.IN_SYNC));
    assertThat(data("a")).containsEntry("k", "2");
    assertThat(admin.leases().inNamespace(state).list().getItems()).isNotEmpty();
    assertThat(admin.secrets().inNamespace(state).list().getItems()).isNotEmpty();
  }

  private GitOpsController controller(
      KubernetesCluster connection, KubernetesDestination destination, KubernetesEvents events) {
    return GitOpsController.builder()
        .workers(workers, 2)
        .timer(timer)
        .listener(
            new ReconcileListener() {
              @Override
              public void finished(ReconcileEvent.Finished event) {
                passes.add(event.outcome());
              }
            })
        .leadership(
            KubernetesLeadership.builder(connection)
                .namespace(state)
                .group("replicas")
                .identity("one")
                .shards(1)
                .timer(timer)
                .build())
        .target(
            ScheduledTarget.of(
                GitOps.target(namespace)
                    .source(source)
                    .renderer(ManifestRenderer.path("app"))
                    .destination(destination)
                    .listener(events)
                    .build()))
        .build();
  }

  /** Of the account that the manifests of the page make. */
  private String token() throws Exception {
    Matcher manifests = MANIFESTS.matcher(Files.readString(PAGE));
    assertThat(manifests.find()).isTrue();
    admin
        .resourceList(
            manifests
                .group(1)
                .replace("namespace: shop", "namespace: " + namespace)
                .replace("namespace: gitops4j", "namespace: " + state))
        .create();
    return admin
        .serviceAccounts()
        .inNamespace(state)
        .withName("deployer")
        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
        .getStatus()
        .getToken();
  }

  private List<String> names() {
    return admin.configMaps().inNamespace(namespace).list().getItems().stream()
        .map(c -> c.getMetadata().getName())
        .toList();
  }

  private Map<String, String> data(String name) {
    return admin.configMaps().inNamespace(namespace).withName(name).get().getData();
  }

  private static String configMap(String name, String value) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {k: '%s'}}"
        .formatted(name, value);
  }
}
