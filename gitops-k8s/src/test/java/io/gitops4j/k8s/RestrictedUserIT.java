package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.SubjectBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A service account that may work in one namespace, with ConfigMaps and Secrets, and nowhere else.
 */
class RestrictedUserIT {
  private final TestCluster cluster = TestCluster.shared();
  private final KubernetesClient admin = cluster.client();
  private final String namespace = cluster.createNamespace("restricted");
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();
  private final String token = token();
  private KubernetesDestination destination;
  private Reconciler<ManifestSet> reconciler;

  @BeforeEach
  void connect() {
    destination =
        KubernetesDestination.connect(
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigContent(
                        Sensitive.of(cluster.kubeconfig(token)), Optional.empty()))
                .namespace(namespace)
                .stateNamespace(namespace)
                .build());
    reconciler = reconciler(destination);
    files.put("app/a.yaml", configMap("a"));
    source.commit("one", files);
  }

  private Reconciler<ManifestSet> reconciler(KubernetesDestination to) {
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(to)
        .build();
  }

  @AfterEach
  void close() {
    destination.close();
  }

  @Test
  @DisplayName("lists that are refused for the cluster are made for the namespace")
  void worksInItsNamespace() {
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);

    files.put("app/b.yaml", configMap("b"));
    files.remove("app/a.yaml");
    source.commit("two", files);

    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
    assertThat(admin.configMaps().inNamespace(namespace).withName("a").get()).isNull();
    assertThat(admin.configMaps().inNamespace(namespace).withName("b").get()).isNotNull();
  }

  @Test
  @DisplayName("where the cluster is watched, a pass that finds nothing to do sends no request")
  void rests() {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (FaultProxy proxy = FaultProxy.inFrontOf(cluster);
        KubernetesCluster connection =
            KubernetesCluster.builder(
                    new KubernetesConfig.KubeconfigContent(
                        Sensitive.of(proxy.kubeconfig(token)), Optional.empty()))
                .watch(timer)
                .connect();
        KubernetesDestination watched =
            KubernetesDestination.connect(
                KubernetesConfig.builder(new KubernetesConfig.SharedCluster(connection))
                    .namespace(namespace)
                    .stateNamespace(namespace)
                    .build())) {
      Reconciler<ManifestSet> watching = reconciler(watched);
      assertThat(watching.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);

      await()
          .untilAsserted(
              () -> {
                proxy.forget();
                assertThat(watching.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
                assertThat(proxy.seen()).isEmpty();
              });

      admin.configMaps().inNamespace(namespace).withName("a").delete();
      await().until(() -> watching.reconcile().kind(), k -> k == ReconcileOutcome.Kind.APPLIED);
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  @DisplayName(
      "fault 47: a kind that may not be read is an error that says so, and nothing counts as gone")
  void tellsWhatIsForbidden() {
    reconciler.reconcile();
    files.put(
        "app/service.yaml",
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {ports: [{port: 80}]}
        """);
    files.remove("app/a.yaml");
    files.put("app/b.yaml", configMap("b"));
    source.commit("two", files);

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(outcome.kind()).isEqualTo(ReconcileOutcome.Kind.FAILED);
    assertThat(((ReconcileOutcome.Failed) outcome).failure().message())
        .contains("services")
        .contains("forbidden");
    assertThat(admin.configMaps().inNamespace(namespace).withName("a").get()).isNotNull();
  }

  @Test
  @DisplayName("fault 47: what may not be deleted stays owned, and the missing permission is told")
  void mayNotDelete() {
    reconciler.reconcile();
    allow(List.of("get", "list", "create", "patch"));
    files.remove("app/a.yaml");
    files.put("app/b.yaml", configMap("b"));
    source.commit("two", files);

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(outcome.kind()).isEqualTo(ReconcileOutcome.Kind.INCOMPLETE);
    assertThat(((ReconcileOutcome.Incomplete) outcome).outcome().results())
        .filteredOn(r -> r.failure().isPresent())
        .singleElement()
        .satisfies(r -> assertThat(r.change().id().name()).isEqualTo("a"))
        .satisfies(r -> assertThat(r.failure().orElseThrow().code()).isEqualTo("K8S-FORBIDDEN"));
    assertThat(admin.configMaps().inNamespace(namespace).withName("b").get()).isNotNull();
    assertThat(
            destination.inventory().load(reconciler.target(), OperationContext.create()).entries())
        .hasSize(2);
    allow(List.of("*"));
    assertThat(reconciler.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.APPLIED);
    assertThat(admin.configMaps().inNamespace(namespace).withName("a").get()).isNull();
  }

  /** What may be done with ConfigMaps from now on. */
  private void allow(List<String> verbs) {
    admin
        .rbac()
        .roles()
        .inNamespace(namespace)
        .withName("deployer")
        .edit(
            role ->
                new RoleBuilder(role)
                    .withRules(
                        new PolicyRuleBuilder()
                            .withApiGroups("")
                            .withResources("configmaps")
                            .withVerbs(verbs)
                            .build(),
                        new PolicyRuleBuilder()
                            .withApiGroups("")
                            .withResources("secrets")
                            .withVerbs("*")
                            .build())
                    .build());
  }

  private static String configMap(String name) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}}".formatted(name);
  }

  private String token() {
    admin
        .rbac()
        .roles()
        .inNamespace(namespace)
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName("deployer")
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources("configmaps", "secrets")
                .withVerbs("*")
                .endRule()
                .build())
        .create();
    admin
        .rbac()
        .roleBindings()
        .inNamespace(namespace)
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("deployer")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "deployer")
                .withSubjects(
                    new SubjectBuilder()
                        .withKind("ServiceAccount")
                        .withName("deployer")
                        .withNamespace(namespace)
                        .build())
                .build())
        .create();
    admin
        .serviceAccounts()
        .inNamespace(namespace)
        .resource(
            new io.fabric8.kubernetes.api.model.ServiceAccountBuilder()
                .withNewMetadata()
                .withName("deployer")
                .endMetadata()
                .build())
        .create();
    return admin
        .serviceAccounts()
        .inNamespace(namespace)
        .withName("deployer")
        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
        .getStatus()
        .getToken();
  }
}
