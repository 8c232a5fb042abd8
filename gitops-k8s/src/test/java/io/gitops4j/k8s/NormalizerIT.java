package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written in a form that the server or a controller never leaves. */
class NormalizerIT {
  private static final String WEBHOOK =
      "{\"name\": \"a.b.c\", \"admissionReviewVersions\": [\"v1\"], \"sideEffects\": \"None\","
          + " \"clientConfig\": {\"caBundle\": \"%s\", \"service\": {\"name\": \"x\", \"namespace\": \"y\"}}}";

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("normalize");
  private final InMemorySource source = new InMemorySource();

  /** A manifest in an odd form, and what a controller makes of it. */
  private record Odd(String apiVersion, String kind, String body, String controller) {}

  private static Odd odd(Normalizer normalizer) {
    return switch (normalizer) {
      case SERVER_METADATA ->
          new Odd(
              "v1",
              "ConfigMap",
              "metadata: {name: odd, uid: 1-2, resourceVersion: '7', managedFields: []}\ndata: {a: b}",
              "");
      case STATUS ->
          new Odd(
              "v1",
              "Namespace",
              "metadata: {name: odd}\nstatus: {phase: Terminating, conditions: 7}",
              "");
      case STRING_DATA ->
          new Odd(
              "v1",
              "Secret",
              "metadata: {name: odd}\nstringData: {a: b}",
              "{\"data\": {\"a\": \"dGhlaXJz\"}}");
      case AGGREGATED_RULES ->
          new Odd(
              "rbac.authorization.k8s.io/v1",
              "ClusterRole",
              "metadata: {name: odd}\naggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}\n"
                  + "rules: []",
              "{\"rules\": [{\"apiGroups\": [\"\"], \"resources\": [\"pods\"], \"verbs\": [\"get\"]}]}");
      case CA_BUNDLES ->
          new Odd(
              "admissionregistration.k8s.io/v1",
              "ValidatingWebhookConfiguration",
              "metadata: {name: odd}\nwebhooks: [" + WEBHOOK.formatted("Cg==") + "]",
              "{\"webhooks\": [" + WEBHOOK.formatted("dGhlaXJz") + "]}");
      case BINDINGS ->
          new Odd(
              "v1",
              "PersistentVolumeClaim",
              "metadata: {name: odd}\nspec: {volumeName: '', accessModes: [ReadWriteOnce],"
                  + " resources: {requests: {storage: 1Gi}}}",
              "{\"spec\": {\"volumeName\": \"theirs\"}}");
    };
  }

  @ParameterizedTest
  @DisplayName("with it an odd form is applied once and then in sync, whatever its controller does")
  @EnumSource(Normalizer.class)
  void settles(Normalizer normalizer) {
    Odd odd = named(odd(normalizer));
    Set<Normalizer> all = Normalizer.all();
    assertThat(reconcile(odd, all).kind()).isEqualTo(Kind.APPLIED);
    if (normalizer != Normalizer.STRING_DATA) {
      control(odd);
      ReconcileOutcome second = reconcile(odd, all);
      assertThat(second.kind()).as(second.toString()).isEqualTo(Kind.IN_SYNC);
    } else {
      control(odd);
      assertThat(reconcile(odd, all).kind()).as("drift of a value is seen").isEqualTo(Kind.APPLIED);
    }
    assertThat(reconcile(odd, all).kind()).isEqualTo(Kind.IN_SYNC);
  }

  @ParameterizedTest
  @DisplayName("without it the very same form is refused, fought over, or its drift is not seen")
  @EnumSource(Normalizer.class)
  void isNeeded(Normalizer normalizer) {
    Odd odd = named(odd(normalizer));
    Set<Normalizer> others = EnumSet.complementOf(EnumSet.of(normalizer));
    ReconcileOutcome first = reconcile(odd, others);
    if (normalizer == Normalizer.SERVER_METADATA || normalizer == Normalizer.STATUS) {
      assertThat(first.kind()).as(first.toString()).isNotIn(Kind.APPLIED, Kind.IN_SYNC);
      return;
    }
    assertThat(first.kind()).as(first.toString()).isEqualTo(Kind.APPLIED);
    control(odd);
    ReconcileOutcome second = reconcile(odd, others);
    if (normalizer == Normalizer.STRING_DATA) {
      assertThat(second.kind()).as("nobody owns the value").isEqualTo(Kind.IN_SYNC);
    } else {
      assertThat(second.kind()).as(second.toString()).isNotEqualTo(Kind.IN_SYNC);
    }
  }

  @ParameterizedTest
  @DisplayName(
      "forms that other tools normalise are applied once here and then in sync as they are")
  @ValueSource(
      strings = {
        "{apiVersion: v1, kind: Secret, metadata: {name: nulls, creationTimestamp: null, labels: null,"
            + " annotations: null}, data: {a: null, b: Yg==}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: nulls}, data: null}",
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: empty}, rules: null}",
        "{apiVersion: v1, kind: Service, metadata: {name: ports}, spec: {type: LoadBalancer, clusterIP: '',"
            + " externalTrafficPolicy: Local, healthCheckNodePort: 0, ports: [{name: a, port: 80, nodePort: 0},"
            + " {name: b, port: 80, protocol: UDP}]}, status: {loadBalancer: {}}}",
        "{apiVersion: v1, kind: Endpoints, metadata: {name: order}, subsets: [{addresses: [{ip: 10.1.0.9},"
            + " {ip: 10.1.0.2}], ports: [{port: 9}]}, {addresses: [{ip: 10.1.0.1}], ports: [{port: 1}]}]}",
        "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: metrics}, spec:"
            + " {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}, maxReplicas: 3, metrics: ["
            + "{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 50}}},"
            + "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}},"
            + "{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 50}}}]}}",
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: claims}, spec: {serviceName: s, selector:"
            + " {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}, creationTimestamp: null}, spec:"
            + " {containers: [{name: c, image: i, ports: [{containerPort: 80}], env: [{name: A, value: ''}],"
            + " resources: {limits: {cpu: 1000m, memory: 1024Mi}, requests: {cpu: 0.5}}}]}},"
            + " volumeClaimTemplates: [{metadata: {name: v, creationTimestamp: null}, spec: {accessModes:"
            + " [ReadWriteOnce], resources: {requests: {storage: 1024Mi}}}, status: {}}]}}",
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: tokens}, secrets: [{name: a}],"
            + " imagePullSecrets: null}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: la, annotations:"
            + " {kubectl.kubernetes.io/last-applied-configuration: '{}'}}, data: {a: b}}"
      })
  void needsNone(String manifest) {
    Odd odd = new Odd("", "", manifest, "");
    ReconcileOutcome first = reconcile(odd, Set.of());
    assertThat(first.kind()).as(first.toString()).isEqualTo(Kind.APPLIED);
    assertThat(((ReconcileOutcome.Applied) first).outcome().results())
        .extracting(r -> r.change().note())
        .as("nothing of it is lost")
        .containsOnly("");

    ReconcileOutcome second = reconcile(odd, Set.of());

    assertThat(second.kind()).as(second.toString()).isEqualTo(Kind.IN_SYNC);
  }

  /** Cluster-wide names must not meet other runs. */
  private Odd named(Odd odd) {
    return new Odd(
        odd.apiVersion(),
        odd.kind(),
        odd.body().replace("name: odd", "name: odd-" + namespace),
        odd.controller());
  }

  private void control(Odd odd) {
    if (odd.controller().isEmpty()) {
      return;
    }
    var kind = cluster.client().genericKubernetesResources(odd.apiVersion(), odd.kind());
    boolean namespaced = Set.of("Secret", "PersistentVolumeClaim").contains(odd.kind());
    String name = "odd-" + namespace;
    var one = namespaced ? kind.inNamespace(namespace).withName(name) : kind.withName(name);
    assertThat(one.patch(PatchContext.of(PatchType.JSON_MERGE), odd.controller())).isNotNull();
  }

  private ReconcileOutcome reconcile(Odd odd, Set<Normalizer> normalizers) {
    String manifest =
        odd.kind().isEmpty()
            ? odd.body()
            : "apiVersion: " + odd.apiVersion() + "\nkind: " + odd.kind() + "\n" + odd.body();
    source.commit("change", Map.of("app/odd.yaml", manifest));
    try (KubernetesDestination destination =
        KubernetesDestination.connect(
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
                .namespace(namespace)
                .stateNamespace(namespace)
                .normalizers(normalizers)
                .build())) {
      return GitOps.target(namespace)
          .source(source)
          .renderer(ManifestRenderer.path("app"))
          .destination(destination)
          .build()
          .reconcile(OperationContext.create());
    }
  }
}
