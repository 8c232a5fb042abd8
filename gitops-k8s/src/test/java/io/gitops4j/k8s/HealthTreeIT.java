package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.DiffException;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.health.HealthTree;
import io.gitops4j.health.HealthWatch;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.SimulatedCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HealthTreeIT {
  private final FaultProxy proxy = FaultProxy.inFrontOf(SimulatedCluster.shared().api());
  private final SimulatedTarget target =
      new SimulatedTarget(
          "tree",
          UnaryOperator.identity(),
          new KubernetesConfig.KubeconfigContent(
              Sensitive.of(proxy.kubeconfig()), Optional.empty()));

  @AfterEach
  void close() {
    target.close();
    proxy.close();
  }

  @Test
  @DisplayName(
      "a Deployment leads to its ReplicaSet and Pods, a Job to its Pod, until all are well")
  void showsWhatWasMade() {
    target
        .file("web", SimulatedTarget.deployment("web", ""))
        .file("once", SimulatedTarget.job("once", ""))
        .file("settings", SimulatedTarget.map("settings", "", "one"))
        .sync();

    HealthTree tree = await(t -> t.health().status() == HealthStatus.HEALTHY);

    assertThat(kinds(tree.roots()))
        .containsExactly("ConfigMap", "Deployment", "ReplicaSet", "Pod", "Job", "Pod");
    assertThat(all(tree.roots()))
        .allSatisfy(n -> assertThat(n.health().status()).isEqualTo(HealthStatus.HEALTHY));
    assertThat(tree.unseen()).isEmpty();
  }

  @Test
  @DisplayName("an image that cannot be pulled is told at the pod, with container and reason")
  void tellsWhere() {
    target
        .file("web", SimulatedTarget.deployment("web", "", "registry.test/does-not-exist:1", "{}"))
        .sync();

    HealthTree tree =
        await(
            t ->
                all(t.roots()).stream()
                    .anyMatch(n -> n.health().status() == HealthStatus.DEGRADED));

    HealthTree.Node pod =
        all(tree.roots()).stream().filter(n -> n.id().kind().equals("Pod")).findFirst().get();
    assertThat(pod.health().message()).contains("container main", "ImagePull");
    assertThat(tree.roots().get(0).health().message()).doesNotContain("container main");
  }

  @Test
  @DisplayName("a StatefulSet leads to the claims of its Pods, though they carry no reference")
  void findsClaims() {
    target
        .file(
            "db",
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db}
            spec:
              serviceName: db
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: main, image: "registry.test/db:1"}]}
              volumeClaimTemplates:
                - metadata: {name: data}
                  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """)
        .sync();

    HealthTree tree = await(t -> all(t.roots()).size() == 3);

    HealthTree.Node set = tree.roots().get(0);
    assertThat(set.children())
        .extracting(n -> n.id().kind() + "/" + n.id().name())
        .containsExactly("PersistentVolumeClaim/data-db-0", "Pod/db-0");
    assertThat(set.children().get(0).health().message()).isEqualTo("waits for a volume");
  }

  @Test
  @DisplayName("what may not be listed is told as not visible, and the rest is shown")
  void tellsWhatIsForbidden() {
    target.file("web", SimulatedTarget.deployment("web", "")).sync();
    await(t -> t.health().status() == HealthStatus.HEALTHY);
    proxy.inject(1000, r -> r.path().endsWith("/pods"), FaultProxy.status(403, "Forbidden"));

    HealthTree tree = tree();

    assertThat(kinds(tree.roots())).containsExactly("Deployment", "ReplicaSet");
    assertThat(tree.unseen())
        .singleElement()
        .asString()
        .contains("v1 Pod in " + target.namespace(), "/pods");
  }

  @Test
  @DisplayName("an object whose version is served no more is found in another")
  void findsOtherVersion() {
    String group = target.namespace() + ".example.org";
    target
        .file(
            "definition",
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.%1$s}
            spec:
              group: %1$s
              scope: Namespaced
              names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object}}
              - name: v2
                served: true
                storage: false
                schema: {openAPIV3Schema: {type: object}}
            """
                .formatted(group))
        .file("thing", "{apiVersion: %s/v1, kind: Thing, metadata: {name: one}}".formatted(group))
        .sync();
    ResourceId thing = new ResourceId(group, "Thing", target.namespace(), "one");
    target
        .client()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("things." + group)
        .edit(
            d -> {
              d.getSpec().getVersions().get(0).setServed(false);
              return d;
            });
    Awaitility.await().until(() -> !target.client().supports(group + "/v1", "Thing"));

    // A server that has just changed a definition asks to come again.
    Health health =
        Awaitility.await()
            .ignoreException(DiffException.class)
            .until(
                () -> target.destination().health().assess(id(), OperationContext.create()),
                healths -> true)
            .get(thing);

    assertThat(health.status()).isNotEqualTo(HealthStatus.MISSING);
    assertThat(health.message()).doesNotContain("does not answer");
  }

  @Test
  @DisplayName("only kinds are listed that what is owned can lead to")
  void asksForNoMore() {
    target.file("settings", SimulatedTarget.map("settings", "", "one")).sync();
    tree();
    proxy.forget();

    tree();

    assertThat(proxy.seen())
        .extracting(FaultProxy.Request::path)
        .isNotEmpty()
        .noneMatch(path -> path.endsWith("/pods") || path.endsWith("/replicasets"))
        .hasSizeLessThanOrEqualTo(3);
  }

  @Test
  @DisplayName("a watch shows a rollout as it goes, also of what came since; then it asks nothing")
  void follows() {
    target.file("web", SimulatedTarget.deployment("web", "")).sync();
    OperationContext context = OperationContext.create();
    try (HealthWatch watch = target.destination().health().watch(id())) {
      HealthTree now = watch.next(Duration.ofSeconds(1), context).orElseThrow();
      while (now.health().status() != HealthStatus.HEALTHY) {
        now = next(watch, context);
      }
      target.file("settings", SimulatedTarget.map("settings", "", "one")).sync();
      while (now.roots().size() < 2) {
        now = next(watch, context);
      }
      List<String> before = pods(now);
      target.client().pods().inNamespace(target.namespace()).delete();
      while (now.health().status() != HealthStatus.HEALTHY
          || pods(now).size() != 1
          || pods(now).equals(before)) {
        now = next(watch, context);
      }
      while (watch.next(Duration.ofSeconds(2), context).isPresent()) {
        // The last of it is told.
      }
      proxy.forget();
      assertThat(watch.next(Duration.ofSeconds(1), context)).isEmpty();
      assertThat(proxy.seen()).isEmpty();
    }
  }

  private static HealthTree next(HealthWatch watch, OperationContext context) {
    return watch.next(Duration.ofSeconds(60), context).orElseThrow();
  }

  private HealthTree await(Predicate<HealthTree> wanted) {
    return Awaitility.await().until(this::tree, wanted);
  }

  private HealthTree tree() {
    return target.destination().health().tree(id(), OperationContext.create());
  }

  private TargetId id() {
    return new TargetId(target.namespace());
  }

  private static List<HealthTree.Node> all(List<HealthTree.Node> nodes) {
    return nodes.stream()
        .flatMap(n -> Stream.concat(Stream.of(n), all(n.children()).stream()))
        .toList();
  }

  private static List<String> pods(HealthTree tree) {
    return all(tree.roots()).stream()
        .filter(n -> n.id().kind().equals("Pod"))
        .map(n -> n.id().name())
        .toList();
  }

  private static List<String> kinds(List<HealthTree.Node> nodes) {
    return all(nodes).stream().map(n -> n.id().kind()).toList();
  }
}
