package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OrphansIT {
  private final TestCluster cluster = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  private final String namespace = cluster.createNamespace("orphans");
  private final String other = cluster.createNamespace("orphans");
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(
                  new KubernetesConfig.KubeconfigContent(
                      Sensitive.of(proxy.kubeconfig()), Optional.empty()))
              .namespace(namespace)
              .stateNamespace(namespace)
              .permissions(
                  id ->
                      id.name().equals("untouchable")
                          ? Optional.of("it is nobody's business")
                          : Optional.empty())
              .build());
  private final Reconciler<ManifestSet> reconciler = target("one", "a");

  @BeforeEach
  void apply() {
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target("two", "b").reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  @AfterEach
  void close() {
    destination.close();
    proxy.close();
  }

  @Test
  @DisplayName("what no target and no object owns is told, in every namespace of the target")
  void findsOrphans() {
    create(namespace, "orphan", "");
    create(other, "orphan", "");
    create(namespace, "kube-root-ca.crt", "");
    create(namespace, "child", "parent");
    create(namespace, "untouchable", "");
    cluster
        .client()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("default")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .createOr(a -> a.update());

    Orphans found = orphans(id -> false);

    assertThat(found.objects())
        .containsExactlyInAnyOrder(
            new ResourceId("", "ConfigMap", namespace, "orphan"),
            new ResourceId("", "ConfigMap", other, "orphan"));
    assertThat(found.unseen()).isEmpty();
    assertThat(orphans(id -> id.name().equals("orphan")).objects()).isEmpty();
  }

  @Test
  @DisplayName("only reads, and nothing of it happens in a pass")
  void onlyReads() {
    proxy.forget();
    orphans(id -> false);
    assertThat(proxy.seen()).isNotEmpty().allMatch(r -> r.method().equals("GET"));
    proxy.forget();
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(proxy.seen()).hasSizeLessThan(5);
  }

  @Test
  @DisplayName("a kind that may not be listed is told as unseen, not as nothing")
  void tellsUnseen() {
    proxy.inject(
        2,
        r -> r.path().endsWith("/namespaces/" + namespace + "/services"),
        FaultProxy.status(403, "Forbidden"));
    create(namespace, "orphan", "");

    Orphans found = orphans(id -> false);

    assertThat(found.objects()).contains(new ResourceId("", "ConfigMap", namespace, "orphan"));
    assertThat(found.unseen())
        .singleElement()
        .asString()
        .contains("v1 Service in " + namespace)
        .contains("made to fail");
  }

  private Orphans orphans(Predicate<ResourceId> ignored) {
    return destination.orphans(reconciler.target(), ignored, OperationContext.create());
  }

  private Reconciler<ManifestSet> target(String name, String object) {
    InMemorySource source = new InMemorySource();
    source.commit(
        name,
        Map.of(
            "app/a.yaml",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + object + "}}",
            "app/b.yaml",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: %s}}"
                .formatted(object, other)));
    return GitOps.target(namespace + "-" + name)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }

  private void create(String where, String name, String owner) {
    ConfigMapBuilder object =
        new ConfigMapBuilder().withNewMetadata().withName(name).withNamespace(where).endMetadata();
    if (!owner.isEmpty()) {
      object
          .editMetadata()
          .addNewOwnerReference()
          .withApiVersion("v1")
          .withKind("ConfigMap")
          .withName(owner)
          .withUid("00000000-0000-0000-0000-000000000001")
          .endOwnerReference()
          .endMetadata();
    }
    cluster.client().resource(object.build()).create();
  }
}
