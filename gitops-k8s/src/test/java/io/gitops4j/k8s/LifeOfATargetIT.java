package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.GitOps;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LifeOfATargetIT extends NamespaceHarness {
  private final KubernetesClient client = cluster.client();

  LifeOfATargetIT() {
    super("life");
    files.put("app/config.yaml", configMap("settings", "one"));
    files.put(
        "app/web.yaml",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 2
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: nginx:1.27
                resources: {requests: {cpu: 0.5}}
                ports: [{containerPort: 80}]
        """);
    files.put(
        "app/secret.yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: token
        stringData:
          password: canary-one
        """);
    source.commit("first", files);
  }

  @Test
  @DisplayName("a first pass creates everything, a second writes nothing and dry-runs nothing")
  void createsThenRests() {
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    Map<String, Long> before = cluster.requestCounts();

    ReconcileOutcome second = reconciler.reconcile();

    assertThat(second).isInstanceOf(ReconcileOutcome.InSync.class);
    assertThat(((ReconcileOutcome.InSync) second).plan().changes())
        .extracting(Change::action)
        .containsOnly(Action.NONE);
    Map<String, Long> requests = cluster.requestsSince(before);
    assertThat(requests.keySet()).noneMatch(k -> k.startsWith("APPLY") || k.startsWith("PATCH"));
    assertThat(requests).doesNotContainKey("GET deployments");
    assertThat(requests.getOrDefault("LIST configmaps", 0L)).isEqualTo(1L);
  }

  @Test
  @DisplayName("a default namespace that is missing is made when asked for, planned, and not owned")
  void makesTheNamespace() {
    String missing = namespace + "-made";
    try (KubernetesDestination there =
        KubernetesDestination.connect(
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
                .namespace(missing)
                .createNamespace(true)
                .stateNamespace(namespace)
                .build())) {
      Reconciler<ManifestSet> making =
          GitOps.target(missing)
              .source(source)
              .renderer(ManifestRenderer.path("app"))
              .destination(there)
              .build();

      ReconcileOutcome.Applied first = (ReconcileOutcome.Applied) making.reconcile();

      assertThat(first.plan().changes())
          .filteredOn(c -> c.reason() == Reason.PREREQUISITE)
          .extracting(c -> c.id().name())
          .containsExactly(missing);
      assertThat(first.outcome().inventory().entries().keySet())
          .noneMatch(id -> id.kind().equals("Namespace"));
      assertThat(client.namespaces().withName(missing).get()).isNotNull();
      Map<String, Long> before = cluster.requestCounts();
      assertThat(making.reconcile().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
      assertThat(cluster.requestsSince(before)).doesNotContainKey("GET namespaces");
    }
  }

  @Test
  @DisplayName("many new objects of one kind are looked for with one list, and created")
  void createsMany() {
    for (int i = 0; i < 40; i++) {
      files.put("app/many-" + i + ".yaml", configMap("many-" + i, "x"));
    }
    source.commit("many", files);
    Map<String, Long> before = cluster.requestCounts();

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(cluster.requestsSince(before)).doesNotContainKey("GET configmaps");
    assertThat(liveConfigMap("many-39")).isNotNull();
  }

  @Test
  @DisplayName("a commit that changes a field updates that object and tells the field")
  void changesAField() {
    reconciler.reconcile();
    files.put("app/config.yaml", configMap("settings", "two"));
    source.commit("second", files);

    Plan<?> plan = ((ReconcileOutcome.Applied) reconciler.reconcile()).plan();

    assertThat(plan.changes())
        .filteredOn(c -> c.action() == Action.UPDATE)
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.id().name()).isEqualTo("settings");
              assertThat(c.reason()).isEqualTo(Reason.CHANGED);
              assertThat(c.fields())
                  .extracting(FieldChange::path, f -> f.before().get(), f -> f.after().get())
                  .containsExactly(tuple("data.key", "\"one\"", "\"two\""));
            });
    assertThat(liveConfigMap("settings").getData()).containsEntry("key", "two");
  }

  @Test
  @DisplayName("drift is told with who wrote it, and healed")
  void healsDrift() {
    reconciler.reconcile();
    client.apps().deployments().inNamespace(namespace).withName("web").scale(7);

    Plan<?> plan = ((ReconcileOutcome.Applied) reconciler.reconcile()).plan();

    assertThat(plan.changes())
        .filteredOn(c -> c.action() == Action.UPDATE)
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.reason()).isEqualTo(Reason.DRIFTED);
              assertThat(c.fields())
                  .singleElement()
                  .satisfies(
                      f -> {
                        assertThat(f.path()).isEqualTo("spec.replicas");
                        assertThat(f.writer()).isPresent();
                      });
            });
    assertThat(
            client
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withName("web")
                .get()
                .getSpec()
                .getReplicas())
        .isEqualTo(2);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a removed file is pruned, a reverted commit brings it back")
  void prunesAndReverts() {
    reconciler.reconcile();
    String removed = files.remove("app/config.yaml");
    source.commit("remove", files);

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(liveConfigMap("settings")).isNull();

    files.put("app/config.yaml", removed);
    source.commit("revert", files);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(liveConfigMap("settings")).isNotNull();
  }

  @Test
  @DisplayName("an object that vanished is restored")
  void restoresWhatVanished() {
    reconciler.reconcile();
    client.configMaps().inNamespace(namespace).withName("settings").delete();

    Plan<?> plan = ((ReconcileOutcome.Applied) reconciler.reconcile()).plan();

    assertThat(plan.changes())
        .filteredOn(c -> c.action() == Action.CREATE)
        .singleElement()
        .extracting(Change::reason)
        .isEqualTo(Reason.VANISHED);
    assertThat(liveConfigMap("settings")).isNotNull();
  }

  @Test
  @DisplayName("an empty render removes nothing and says why")
  void refusesEmpty() {
    reconciler.reconcile();
    source.commit("oops", Map.of("app/README.md", "nothing here"));

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(outcome).isInstanceOf(ReconcileOutcome.Failed.class);
    assertThat(((ReconcileOutcome.Failed) outcome).failure().code()).isEqualTo("RENDER-EMPTY");
    assertThat(liveConfigMap("settings")).isNotNull();
  }

  @Test
  @DisplayName(
      "fault 15: a definition and its resources work in one commit, so do a namespace and its"
          + " content")
  void definitionsAndNamespaces() {
    String other = cluster.freeNamespace("inner");
    String group = "g" + Long.toString(System.nanoTime(), 36) + ".example.com";
    files.put(
        "app/crd.yaml",
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.%1$s}
        spec:
          group: %1$s
          scope: Namespaced
          names: {kind: Widget, plural: widgets, singular: widget}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {size: {type: integer, default: 3}}}
        ---
        apiVersion: %1$s/v1
        kind: Widget
        metadata: {name: one, namespace: %2$s}
        spec: {}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: %2$s}
        """
            .formatted(group, other));
    source.commit("definition", files);

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.APPLIED);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("what the server refuses is told with its message, the rest of the step is applied")
  void reportsRefusals() {
    files.put("app/bad.yaml", configMap("Not_A_Name", "x"));
    source.commit("bad", files);

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(outcome).isInstanceOf(ReconcileOutcome.Incomplete.class);
    assertThat(((ReconcileOutcome.Incomplete) outcome).outcome().results())
        .filteredOn(r -> r.change().id().name().equals("Not_A_Name"))
        .singleElement()
        .satisfies(r -> assertThat(r.failure().orElseThrow().reason()).contains("Invalid value"));
    assertThat(liveConfigMap("settings")).isNotNull();
    assertThat(
            destination.inventory().load(reconciler.target(), OperationContext.create()).entries())
        .hasSize(4);
  }

  @Test
  @DisplayName("a change of a secret is seen, its values are not")
  void masksSecrets() {
    reconciler.reconcile();
    files.put("app/secret.yaml", files.get("app/secret.yaml").replace("canary-one", "canary-two"));
    source.commit("secret", files);

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(((ReconcileOutcome.Applied) outcome).plan().changes())
        .filteredOn(c -> c.action() == Action.UPDATE)
        .singleElement()
        .satisfies(c -> assertThat(c.fields()).hasSize(1));
    assertThat(((ReconcileOutcome.Applied) outcome).plan().changes().toString())
        .contains("*** (before)")
        .doesNotContain("canary")
        .doesNotContain("Y2FuYXJ5");
  }

  @Test
  @DisplayName("an object of somebody else is left alone, and named")
  void leavesForeignObjects() {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(((ReconcileOutcome.Failed) outcome).failure())
        .satisfies(f -> assertThat(f.code()).isEqualTo("K8S-NOT-OWNED"))
        .satisfies(f -> assertThat(f.reason()).contains("settings"));
  }

  private ConfigMap liveConfigMap(String name) {
    return client.configMaps().inNamespace(namespace).withName(name).get();
  }

  private static String configMap(String name, String value) {
    return """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: %s
        data:
          key: %s
        """
        .formatted(name, value);
  }
}
