package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects that another tool applied before, under the field manager that it uses. */
class TakeOverIT {
  private static final String WEB =
      """
      {"apiVersion": "apps/v1", "kind": "Deployment",
       "metadata": {"name": "web", "annotations": {"example.com/note": "old"}},
       "spec": {"replicas": 2, "paused": true, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [
         {"name": "web", "image": "nginx:1", "env": [{"name": "A", "value": "b"}]},
         {"name": "side", "image": "nginx:2"}]}}}}
      """;

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("takeover");
  private final InMemorySource source = new InMemorySource();

  @ParameterizedTest(name = "{0}, {1}")
  @DisplayName("nothing changes when an object is taken over, and what leaves Git later disappears")
  @CsvSource({
    "kubectl-client-side-apply, Update",
    "kubectl, Apply",
    "helm, Update",
    "helm, Apply",
    "argocd-controller, Apply",
    "argocd-controller, Update",
    "kustomize-controller, Apply",
    "kapp-server, Update"
  })
  void takesOver(String manager, String operation) throws Exception {
    former(manager, operation);
    Deployment before = live();
    source.commit("as it is", Map.of("app/web.json", WEB));

    ReconcileOutcome adopted = reconcile();

    assertThat(adopted.kind()).as(adopted.toString()).isEqualTo(Kind.APPLIED);
    Deployment after = live();
    assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    assertThat(after.getSpec()).isEqualTo(before.getSpec());
    assertThat(after.getMetadata().getGeneration()).isEqualTo(before.getMetadata().getGeneration());
    assertThat(reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    source.commit(
        "less",
        Map.of(
            "app/web.json",
            WEB.replace(", \"annotations\": {\"example.com/note\": \"old\"}", "")
                .replace("\"paused\": true,", "")
                .replace(", \"env\": [{\"name\": \"A\", \"value\": \"b\"}]", "")
                .replace(",\n   {\"name\": \"side\", \"image\": \"nginx:2\"}", "")));
    ReconcileOutcome less = reconcile();
    assertThat(less.kind()).as(less.toString()).isEqualTo(Kind.APPLIED);
    Deployment left = live();
    assertThat(left.getSpec().getPaused()).isNull();
    assertThat(left.getMetadata().getAnnotations()).doesNotContainKey("example.com/note");
    assertThat(left.getSpec().getTemplate().getSpec().getContainers()).hasSize(1);
    assertThat(left.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv()).isEmpty();
  }

  private void former(String manager, String operation) throws Exception {
    KubernetesClient client = cluster.client();
    boolean apply = operation.equals("Apply");
    HttpResponse<String> made =
        client
            .getHttpClient()
            .sendAsync(
                client
                    .getHttpClient()
                    .newHttpRequestBuilder()
                    .uri(
                        client.getMasterUrl()
                            + "apis/apps/v1/namespaces/"
                            + namespace
                            + (apply ? "/deployments/web" : "/deployments")
                            + "?fieldManager="
                            + manager)
                    .method(
                        apply ? "PATCH" : "POST",
                        apply ? "application/apply-patch+yaml" : "application/json",
                        WEB)
                    .build(),
                String.class)
            .get(30, TimeUnit.SECONDS);
    assertThat(made.isSuccessful()).as(made.body()).isTrue();
  }

  private Deployment live() {
    return cluster.client().apps().deployments().inNamespace(namespace).withName("web").get();
  }

  private ReconcileOutcome reconcile() {
    try (KubernetesDestination destination =
        KubernetesDestination.connect(
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
                .namespace(namespace)
                .stateNamespace(namespace)
                .adoption(AdoptionPolicy.ADOPT_IF_UNOWNED)
                .build())) {
      return GitOps.target(namespace)
          .source(source)
          .renderer(ManifestRenderer.path("app"))
          .destination(destination)
          .build()
          .reconcile();
    }
  }
}
