package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.flux.FluxIgnore;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What others may set, and what stays as it is in Git all the same. */
class IgnoreDifferencesIT {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("ignore");
  private final InMemorySource source = new InMemorySource();

  @Test
  @DisplayName("what somebody else set in an ignored field stays, through every later change")
  void leavesWhatOthersSet() {
    List<IgnoreRule> rules =
        List.of(
            rule(List.of("/spec/replicas", "/metadata/annotations/example.com~1seen"), List.of()),
            rule(
                List.of(),
                List.of(".spec.template.spec.containers[]|select(.name==\"web\")|.image")));
    commit("nginx:1.27", "one", "false");
    assertThat(reconcile(rules).kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getSpec().getReplicas()).as("set when it was created").isEqualTo(2);
    edit();

    ReconcileOutcome quiet = reconcile(rules);
    assertThat(quiet.kind()).as(quiet.toString()).isEqualTo(Kind.IN_SYNC);
    commit("nginx:1.28", "two", "true");
    ReconcileOutcome changed = reconcile(rules);
    assertThat(changed.kind()).as(changed.toString()).isEqualTo(Kind.APPLIED);
    assertThat(reconcile(rules).kind()).isEqualTo(Kind.IN_SYNC);

    Deployment live = live();
    assertThat(live.getSpec().getReplicas()).isEqualTo(5);
    assertThat(live.getSpec().getTemplate().getSpec().getContainers().get(0).getImage())
        .isEqualTo("nginx:other");
    assertThat(live.getMetadata().getAnnotations())
        .containsEntry("example.com/seen", "yes")
        .containsEntry("example.com/note", "two");
    assertThat(live.getSpec().getPaused()).isTrue();
  }

  @Test
  @DisplayName(
      "Flux's rules leave the same; another's label does not make a rule speak of an object")
  void leavesByFluxRules() {
    List<IgnoreRule> rules =
        FluxIgnore.read(
            "ignore.yaml",
            """
            ignore:
            - paths: [/spec/replicas, /metadata/annotations/example.com~1seen]
              target: {group: apps, version: v1, kind: Deploy.*, name: w.b, annotationSelector: example.com/note}
            - paths: [/spec/template/spec/containers/0/image]
              target: {kind: Deployment, labelSelector: "theirs in (yes)"}
            """
                .getBytes(StandardCharsets.UTF_8));
    commit("nginx:1.27", "one", "false");
    assertThat(reconcile(rules).kind()).isEqualTo(Kind.APPLIED);
    edit();
    cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("web")
        .edit(
            d ->
                new DeploymentBuilder(d)
                    .editMetadata()
                    .addToLabels("theirs", "yes")
                    .endMetadata()
                    .build());

    assertThat(reconcile(rules).kind()).as("the image is drift").isEqualTo(Kind.APPLIED);
    ReconcileOutcome quiet = reconcile(rules);

    assertThat(quiet.kind()).as(quiet.toString()).isEqualTo(Kind.IN_SYNC);
    assertThat(live().getSpec().getReplicas()).isEqualTo(5);
    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/seen", "yes");
    assertThat(live().getSpec().getTemplate().getSpec().getContainers().get(0).getImage())
        .isEqualTo("nginx:1.27");
  }

  @Test
  @DisplayName("an ignored field that only we own keeps its value when Git has another")
  void keepsOwnValue() {
    List<IgnoreRule> rules =
        List.of(rule(List.of("/metadata/annotations/example.com~1note"), List.of()));
    commit("nginx:1.27", "one", "false");
    assertThat(reconcile(rules).kind()).isEqualTo(Kind.APPLIED);
    commit("nginx:1.28", "two", "false");

    assertThat(reconcile(rules).kind()).isEqualTo(Kind.APPLIED);

    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/note", "one");
    assertThat(live().getSpec().getTemplate().getSpec().getContainers().get(0).getImage())
        .isEqualTo("nginx:1.28");
    assertThat(reconcile(rules).kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("what a named manager owns is left; a rule that is taken away is followed no more")
  void leavesWhatAManagerOwns() {
    List<IgnoreRule> rules =
        List.of(
            new IgnoreRule("*", "Deployment", "", "web", List.of(), List.of(), List.of("scaler")));
    commit("nginx:1.27", "one", "false");
    assertThat(reconcile(rules).kind()).isEqualTo(Kind.APPLIED);
    edit();

    assertThat(reconcile(rules).kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(reconcile(List.of()).kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getSpec().getReplicas()).isEqualTo(2);
  }

  @Test
  @DisplayName("an expression that is wrong, or may not end, is refused before anything is asked")
  void refusesExpressions() {
    for (String expression : List.of(".spec[", "def f: f; f", "env.HOME")) {
      assertThatThrownBy(() -> destination(List.of(rule(List.of(), List.of(expression)))))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(expression);
    }
  }

  private static IgnoreRule rule(List<String> pointers, List<String> expressions) {
    return new IgnoreRule("apps", "Deployment", "", "", pointers, expressions, List.of());
  }

  /** As an autoscaler and a person with kubectl do. */
  private void edit() {
    cluster
        .client()
        .resource(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              namespace: %s
              annotations: {example.com/seen: "yes"}
            spec:
              replicas: 5
              template:
                spec:
                  containers:
                  - {name: web, image: "nginx:other"}
            """
                .formatted(namespace))
        .fieldManager("scaler")
        .forceConflicts()
        .serverSideApply();
  }

  private Deployment live() {
    return cluster.client().apps().deployments().inNamespace(namespace).withName("web").get();
  }

  private void commit(String image, String note, String paused) {
    source.commit(
        "change",
        Map.of(
            "app/web.yaml",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              annotations: {example.com/note: %s, example.com/seen: "no"}
            spec:
              replicas: 2
              paused: %s
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: web, image: "%s"}
                  - {name: side, image: "nginx:1"}
            """
                .formatted(note, paused, image)));
  }

  private ReconcileOutcome reconcile(List<IgnoreRule> rules) {
    try (KubernetesDestination destination = destination(rules)) {
      return GitOps.target(namespace)
          .source(source)
          .renderer(ManifestRenderer.path("app"))
          .destination(destination)
          .build()
          .reconcile();
    }
  }

  private KubernetesDestination destination(List<IgnoreRule> rules) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
            .namespace(namespace)
            .stateNamespace(namespace)
            .ignoreDifferences(rules)
            .build());
  }
}
