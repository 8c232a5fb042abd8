package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.FieldChange.Origin;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Fault row 21: what mutating admission makes of what is applied. */
class AdmissionIT extends NamespaceHarness {
  private final List<GenericKubernetesResource> policies = new ArrayList<>();

  AdmissionIT() {
    super("admission");
  }

  @AfterEach
  void removePolicies() {
    policies.forEach(p -> cluster.client().resource(p).delete());
  }

  @Test
  @DisplayName("fault 21: what admission adds is told apart, and is no drift")
  void tellsWhatIsAdded() {
    file("settings", "one");
    files.put("app/web.yaml", deployment("nginx:1"));
    sync();
    admit("configmaps", "", "Object{metadata: Object.metadata{labels: {\"seen\": \"yes\"}}}");
    admit(
        "deployments",
        "apps",
        "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{"
            + "containers: [Object.spec.template.spec.containers{name: \"side\", image: \"s:1\"}]}}}}");
    assertThat(reconcile().kind()).as("nothing is ours there").isEqualTo(Kind.IN_SYNC);
    file("settings", "two");
    files.put("app/web.yaml", deployment("nginx:2"));

    Plan<?> plan = ((ReconcileOutcome.Applied) reconcile()).plan();

    assertThat(change(plan, "settings").fields())
        .extracting(FieldChange::path, FieldChange::origin)
        .containsExactly(
            tuple("data.value", Origin.DESIRED), tuple("metadata.labels.seen", Origin.ADMISSION));
    assertThat(change(plan, "web").fields())
        .extracting(FieldChange::path, FieldChange::origin)
        .containsExactly(
            tuple("spec.template.spec.containers[name=side]", Origin.ADMISSION),
            tuple("spec.template.spec.containers[name=web].image", Origin.DESIRED));
    assertQuiet();
  }

  @Test
  @DisplayName("fault 21: a value that admission overrides is told, and not fought over")
  void tellsWhatIsOverridden() {
    admit("configmaps", "", "Object{data: {\"value\": \"policy\"}}");
    file("settings", "one");
    ReconcileOutcome.Applied created = (ReconcileOutcome.Applied) reconcile();
    assertThat(created.outcome().results().get(0).change().note())
        .contains("does not keep", "data.value is \"policy\", desired \"one\"");
    assertQuiet();
    file("settings", "two");

    Change updated = change(((ReconcileOutcome.Applied) reconcile()).plan(), "settings");

    assertThat(updated.fields()).isEmpty();
    assertThat(updated.note()).contains("data.value is \"policy\", desired \"two\"");
    assertQuiet();
  }

  @Test
  @DisplayName(
      "fault 21: drift in a value that admission overrides is corrected as far as it goes, once")
  void correctsAsFarAsItGoes() {
    file("settings", "one");
    sync();
    cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName("settings")
        .edit(c -> new ConfigMapBuilder(c).addToData("value", "theirs").build());
    admit("configmaps", "", "Object{data: {\"value\": \"policy\"}}");

    Plan<?> plan = ((ReconcileOutcome.Applied) reconcile()).plan();

    Change corrected = change(plan, "settings");
    assertThat(corrected.reason()).isEqualTo(Reason.DRIFTED);
    assertThat(corrected.fields())
        .extracting(FieldChange::path, FieldChange::origin)
        .containsExactly(tuple("data.value", Origin.ADMISSION));
    assertThat(corrected.note()).contains("data.value is \"policy\", desired \"one\"");
    assertThat(live().getData()).containsEntry("value", "policy");
    assertQuiet();
  }

  /** Passes that write nothing, however often. */
  private void assertQuiet() {
    String version = live().getMetadata().getResourceVersion();
    for (int i = 0; i < 3; i++) {
      ReconcileOutcome outcome = reconcile();
      assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.IN_SYNC);
    }
    assertThat(live().getMetadata().getResourceVersion()).isEqualTo(version);
  }

  private static Change change(Plan<?> plan, String name) {
    return plan.changes().stream()
        .filter(c -> c.id().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** A policy for this namespace, waited for until the server follows it. */
  private void admit(String resource, String group, String expression) {
    String name = namespace + "-" + resource;
    policies.add(
        create(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicyBinding
            metadata: {name: %1$s}
            spec:
              policyName: %1$s
              matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %2$s}}}
            """
                .formatted(name, namespace)));
    policies.add(
        create(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicy
            metadata: {name: %s}
            spec:
              reinvocationPolicy: Never
              matchConstraints:
                resourceRules:
                - {apiGroups: ["%s"], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [%s]}
              mutations:
              - patchType: ApplyConfiguration
                applyConfiguration:
                  expression: '%s'
            """
                .formatted(name, group, resource, expression)));
    Awaitility.await().until(() -> followed(resource));
  }

  /** Whether a dry run of a create differs from what was sent. */
  private boolean followed(String resource) {
    String yaml =
        resource.equals("deployments")
            ? deployment("probe").replace("{name: web}", "{name: probe}")
            : configMap("probe", "probe");
    String made =
        cluster
            .client()
            .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
            .inNamespace(namespace)
            .dryRun()
            .create()
            .toString();
    return made.contains("seen=yes") || made.contains("policy") || made.contains("s:1");
  }

  private GenericKubernetesResource create(String yaml) {
    return cluster
        .client()
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .create();
  }

  private ConfigMap live() {
    return cluster.client().configMaps().inNamespace(namespace).withName("settings").get();
  }

  private void sync() {
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  private void file(String name, String value) {
    files.put("app/" + name + ".yaml", configMap(name, value));
  }

  private static String configMap(String name, String value) {
    return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s}
        data: {value: %s}
        """
        .formatted(name, value);
  }

  private static String deployment(String image) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: "%s"}]}
        """
        .formatted(image);
  }
}
