package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.gitops4j.GitOps;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.testing.AdminAccount;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.k8s.testing.TestScript;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cluster Secrets in a hub, which lead to a real cluster. */
class ClustersIT {
  private final TestCluster cluster = TestCluster.shared();
  private final String hub = cluster.createNamespace("argocd");
  private final String namespace = cluster.createNamespace("spoke");
  private final AdminAccount account = new AdminAccount(cluster, namespace, "argocd-manager");
  private final InMemorySource source = new InMemorySource();
  @TempDir Path folder;

  @Test
  @DisplayName("an application goes to the cluster that a Secret of the hub names, with its token")
  void goesThere() {
    secret("one", "{\"bearerToken\":\"%s\",%s}".formatted(account.token(), tls()), Map.of());
    secret("two", "{%s}".formatted(tls()), Map.of());
    ClusterSecret found = list().find(application("one")).orElseThrow();
    try (KubernetesDestination destination = connect(found, ExecPlugins.none())) {
      commit("a", namespace);
      ReconcileOutcome applied = target(destination).reconcile();
      assertThat(applied.kind()).as("%s", applied).isEqualTo(Kind.APPLIED);
    }
    assertThatThrownBy(() -> list().find(application("three")))
        .hasMessageContaining("cluster one at", "cluster two at");
  }

  @Test
  @DisplayName("a Secret whose awsAuthConfig names a role is logged in to by the program of AWS")
  void runsTheProgram() throws Exception {
    Path aws =
        TestScript.write(
            folder.resolve("aws"),
            "case \"$*\" in *'--role-arn arn:role'*) ;; *) exit 9 ;; esac",
            TestScript.print("v1beta1", "\"token\":\"" + account.token() + "\""));
    secret(
        "eks",
        "{\"awsAuthConfig\":{\"clusterName\":\"shop\",\"roleARN\":\"arn:role\"},%s}"
            .formatted(tls()),
        Map.of());
    ClusterSecret found = list().find(application("eks")).orElseThrow();
    try (KubernetesDestination destination = connect(found, ExecPlugins.none().allow("aws", aws))) {
      commit("a", namespace);
      ReconcileOutcome applied = target(destination).reconcile();
      assertThat(applied.kind()).as("%s", applied).isEqualTo(Kind.APPLIED);
    }
  }

  @Test
  @DisplayName(
      "what is outside of the namespaces of a cluster is refused before any request for it")
  void staysInside() {
    secret(
        "one",
        "{\"bearerToken\":\"%s\",%s}".formatted(account.token(), tls()),
        Map.of("namespaces", namespace));
    ClusterSecret found = list().find(application("one")).orElseThrow();
    String elsewhere = cluster.createNamespace("elsewhere");
    try (KubernetesDestination destination = connect(found, ExecPlugins.none())) {
      commit("a", elsewhere);
      Failure failed = ((ReconcileOutcome.Failed) target(destination).reconcile()).failure();
      assertThat(failed.code()).isEqualTo("K8S-NOT-PERMITTED");
      assertThat(failed.message()).contains("not among those of cluster one", namespace);
      commit("a", namespace);
      assertThat(target(destination).reconcile().kind()).isEqualTo(Kind.APPLIED);
    }
    assertThat(cluster.client().configMaps().inNamespace(elsewhere).withName("a").get()).isNull();
  }

  @Test
  @DisplayName("a cluster that says skip-reconcile holds what would change")
  void isLeftAlone() {
    secret("one", "{\"bearerToken\":\"%s\",%s}".formatted(account.token(), tls()), Map.of());
    cluster
        .client()
        .secrets()
        .inNamespace(hub)
        .withName("one")
        .edit(
            s ->
                new SecretBuilder(s)
                    .editMetadata()
                    .addToAnnotations("argocd.argoproj.io/skip-reconcile", "true")
                    .endMetadata()
                    .build());
    ClusterSecret found = list().find(application("one")).orElseThrow();
    try (KubernetesDestination destination = connect(found, ExecPlugins.none())) {
      commit("a", namespace);
      ReconcileOutcome held =
          GitOps.target("spoke")
              .source(source)
              .renderer(ManifestRenderer.path("app"))
              .destination(destination)
              .gate(found.gate())
              .build()
              .reconcile();
      assertThat(held.kind()).isEqualTo(Kind.PLANNED);
      assertThat(held.toString()).contains("skip-reconcile");
    }
  }

  @Test
  @DisplayName("a hub that may not be listed is an error, never no clusters")
  void isNotSilent() {
    try (KubernetesCluster limited =
        KubernetesCluster.builder(
                new KubeconfigContent(Sensitive.of(cluster.limitedKubeconfig()), Optional.empty()))
            .connect()) {
      assertThatThrownBy(() -> Clusters.list(limited, hub, OperationContext.create()))
          .isInstanceOf(DiffException.class)
          .hasMessageContaining("cannot list resource \"secrets\"");
    }
  }

  private Clusters list() {
    try (KubernetesCluster connection =
        KubernetesCluster.builder(new KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
            .connect()) {
      return Clusters.list(connection, hub, OperationContext.create());
    }
  }

  private String tls() {
    Matcher authority =
        Pattern.compile("certificate-authority-data: ([^}]+)}").matcher(cluster.kubeconfig("x"));
    assertThat(authority.find()).isTrue();
    return "\"tlsClientConfig\":{\"caData\":\"" + authority.group(1) + "\"}";
  }

  private void secret(String name, String config, Map<String, String> more) {
    Map<String, String> data = new HashMap<>(more);
    data.put("name", name);
    data.put("server", cluster.url().toString());
    data.put("config", config);
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(hub)
                .withName(name)
                .addToLabels("argocd.argoproj.io/secret-type", "cluster")
                .endMetadata()
                .withStringData(data)
                .build())
        .create();
  }

  private KubernetesDestination connect(ClusterSecret found, ExecPlugins plugins) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(found.access(Set.of(), plugins).orElseThrow())
            .stateNamespace(namespace)
            .permissions(found.permissions())
            .build());
  }

  private void commit(String name, String where) {
    source.commit(
        name + where,
        Map.of(
            "app/a.yaml",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: "
                + name
                + ", namespace: "
                + where
                + "}}"));
  }

  private Reconciler<ManifestSet> target(KubernetesDestination destination) {
    return GitOps.target("spoke")
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }

  private static Application application(String name) {
    return Application.read(
        "a",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: shop}
        spec:
          source: {repoURL: https://git.example.com/a, path: app}
          destination: {name: %s, namespace: shop}
        """
            .formatted(name)
            .getBytes(StandardCharsets.UTF_8));
  }
}
