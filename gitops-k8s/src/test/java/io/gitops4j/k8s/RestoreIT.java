package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.gitops4j.GitOps;
import io.gitops4j.error.Failure;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Revision;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.InMemorySource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A database that is lost, our own records with it, and a cluster that comes back from Git. */
class RestoreIT {
  /** No controller runs here: a thing is well when it says what Git says. */
  private static final HealthCheck THINGS =
      new HealthCheck.Code(
          "restore.example.com",
          "Thing",
          live ->
              Optional.of(
                  Health.of(
                      live.at("/spec/text").asString().equals("1")
                          ? HealthStatus.HEALTHY
                          : HealthStatus.DEGRADED)));

  private static TestCluster cluster;
  private static Path empty;

  private final InMemorySource source = new InMemorySource();
  private Revision wanted;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start();
    empty = cluster.backUp();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void history() {
    wanted = source.commit("wanted", files("1"));
    source.commit("newer", files("2"));
  }

  /** A definition, a thing of it, a namespace and what is in it: none can be made in this order. */
  private static Map<String, String> files(String text) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(
        "app/a-thing.yaml",
        """
        apiVersion: restore.example.com/v1
        kind: Thing
        metadata:
          name: one
          namespace: restored
        spec: {text: "%s"}
        """
            .formatted(text));
    files.put(
        "app/b-config.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config, namespace: restored}
        data: {text: "%s"}
        """
            .formatted(text));
    files.put(
        "app/c-namespace.yaml",
        "{apiVersion: v1, kind: Namespace, metadata: {name: restored, labels: {of: shop}}}");
    files.put(
        "app/d-definition.yaml",
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: things.restore.example.com}
        spec:
          group: restore.example.com
          scope: Namespaced
          names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties: {spec: {type: object, properties: {text: {type: string}}}}
        """);
    return files;
  }

  private static KubernetesDestination connect(UnaryOperator<KubernetesConfigBuilder> more) {
    return KubernetesDestination.connect(
        more.apply(
                KubernetesConfig.builder(
                        new KubernetesConfig.KubeconfigContent(
                            Sensitive.of(cluster.kubeconfig()), Optional.empty()))
                    .healthChecks(List.of(THINGS)))
            .build());
  }

  private Reconciler<ManifestSet> target(KubernetesDestination destination) {
    return GitOps.target("shop")
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }

  private static OperationContext context() {
    return OperationContext.within(Duration.ofSeconds(60));
  }

  private Rollback wish() {
    return Rollback.to(wanted, "ann", "etcd was lost");
  }

  /** Everything of it that Git says, without what a server adds. */
  private static List<Object> specs() {
    GenericKubernetesResource thing =
        cluster
            .client()
            .genericKubernetesResources("restore.example.com/v1", "Thing")
            .inNamespace("restored")
            .withName("one")
            .get();
    return List.of(
        thing.getAdditionalProperties().get("spec"),
        cluster.client().configMaps().inNamespace("restored").withName("config").get().getData(),
        cluster.client().namespaces().withName("restored").get().getMetadata().getLabels(),
        cluster
            .client()
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName("things.restore.example.com")
            .get()
            .getSpec());
  }

  @Test
  @DisplayName("with all data lost, the cluster comes back at the revision, the same and well")
  void comesBack() {
    cluster.restore(empty);
    List<Object> before;
    try (KubernetesDestination destination = connect(c -> c)) {
      Reconciler<ManifestSet> target = target(destination);
      target.rollback(wish(), context());
      before = specs();
      ReconcileOutcome alive = target.restore(wish(), context());
      assertThat(alive.kind()).as("it is at this revision already").isEqualTo(Kind.IN_SYNC);
      Revision newest = target.release(context()).orElseThrow().revision();
      assertThat(newest.sameState(wanted)).isTrue();
      Failure refused = target.restore(wish(), context()).firstFailure().orElseThrow();
      assertThat(refused.code()).isEqualTo("RESTORE-NOT-EMPTY");
      assertThat(refused.message()).contains("rollback");
    }
    cluster.restore(empty);

    try (KubernetesDestination destination = connect(c -> c)) {
      Reconciler<ManifestSet> target = target(destination);

      ReconcileOutcome outcome = target.restore(wish(), context());

      assertThat(outcome.kind()).as("%s", outcome.firstFailure()).isEqualTo(Kind.APPLIED);
      assertThat(specs()).isEqualTo(before);
      assertThat(destination.health().assess(target.target(), context()).values())
          .allSatisfy(h -> assertThat(h.status()).isEqualTo(HealthStatus.HEALTHY));
      assertThat(
              destination
                  .history()
                  .list(target.target(), context())
                  .get(0)
                  .pin()
                  .orElseThrow()
                  .message())
          .contains("ann", "restored: etcd was lost");
      assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @Test
  @DisplayName("what a backup tool put back before is taken over as the adoption policy says")
  void adopts() {
    cluster.restore(empty);
    cluster
        .client()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName("restored").endMetadata().build())
        .create();
    ConfigMap backedUp =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("config")
            .withNamespace("restored")
            .endMetadata()
            .addToData("text", "of a backup")
            .build();
    cluster.client().resource(backedUp).create();

    try (KubernetesDestination strict = connect(c -> c.adoption(AdoptionPolicy.MUST_MATCH));
        KubernetesDestination adopting =
            connect(c -> c.adoption(AdoptionPolicy.ADOPT_IF_UNOWNED))) {
      ReconcileOutcome refused = target(strict).restore(wish(), context());
      assertThat(refused.kind()).isIn(Kind.FAILED, Kind.INCOMPLETE);
      assertThat(
              cluster
                  .client()
                  .configMaps()
                  .inNamespace("restored")
                  .withName("config")
                  .get()
                  .getData())
          .containsEntry("text", "of a backup");

      ReconcileOutcome outcome = target(adopting).restore(wish(), context());

      assertThat(outcome.kind()).as("%s", outcome.firstFailure()).isEqualTo(Kind.APPLIED);
      assertThat(
              cluster
                  .client()
                  .configMaps()
                  .inNamespace("restored")
                  .withName("config")
                  .get()
                  .getData())
          .containsEntry("text", "1");
    }
  }
}
