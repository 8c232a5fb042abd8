package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.gitops4j.diff.Reason;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.model.ResourceId;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Definitions of kinds that leave Git, and objects whose version is served no more. */
class PrunedDefinitionsIT extends PruneHarness {
  @Test
  @DisplayName("fault 16: a definition goes only when confirmed, and its plan counts what dies")
  void countsInstances() {
    configMap("kept", "");
    files.put("app/crd.yaml", definition("v1"));
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    instance("one", "v1");
    instance("two", "v1");
    files.remove("app/crd.yaml");

    ReconcileOutcome.InSync waits = (ReconcileOutcome.InSync) reconcile();

    ResourceId id =
        new ResourceId(
            "apiextensions.k8s.io", "CustomResourceDefinition", "", "things." + namespace + ".io");
    assertThat(change(waits.plan().changes(), id.name()))
        .satisfies(c -> assertThat(c.reason()).isEqualTo(Reason.PRUNE_UNCONFIRMED))
        .satisfies(c -> assertThat(c.note()).contains("2 objects of it are removed with it"));
    assertThat(definitions()).isEqualTo(1);

    assertThat(reconcile(PruneConfirmation.of(Set.of(id))).kind()).isEqualTo(Kind.APPLIED);
    await().until(() -> definitions() == 0);
    reconcile();
    assertThat(inventory().entries()).containsOnlyKeys(id("kept"));
  }

  @Test
  @DisplayName("fault 17: what was applied in a version that is served no more is still removed")
  void findsAnotherVersion() {
    configMap("kept", "");
    files.put("app/crd.yaml", definition("v1alpha1", "v1"));
    files.put(
        "app/thing.yaml",
        "{apiVersion: %s.io/v1alpha1, kind: Thing, metadata: {name: old}}".formatted(namespace));
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.put("app/crd.yaml", definition("v1"));
    files.put("app/thing.yaml", files.get("app/thing.yaml").replace("v1alpha1", "v1"));
    cluster.client().load(stream(definition("v1"))).forceConflicts().serverSideApply();
    await().until(() -> !served("v1alpha1"));
    files.remove("app/thing.yaml");

    ReconcileOutcome pruned = reconcile();

    assertThat(pruned.kind()).as(pruned.toString()).isEqualTo(Kind.APPLIED);
    assertThat(things("v1").withName("old").get()).isNull();
  }

  private String definition(String... served) {
    StringBuilder versions = new StringBuilder();
    for (String version : List.of("v1alpha1", "v1")) {
      versions.append(
          """
            - name: %s
              served: %s
              storage: %s
              schema: {openAPIV3Schema: {type: object}}
          """
              .formatted(version, List.of(served).contains(version), version.equals("v1")));
    }
    return """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: things.%1$s.io}
    spec:
      group: %1$s.io
      scope: Namespaced
      names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
      versions:
    %2$s\
    """
        .formatted(namespace, versions);
  }

  private int definitions() {
    return cluster
                .client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("things." + namespace + ".io")
                .get()
            == null
        ? 0
        : 1;
  }

  private boolean served(String version) {
    try {
      things(version).list();
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private void instance(String name, String version) {
    GenericKubernetesResource thing = new GenericKubernetesResource();
    thing.setApiVersion(namespace + ".io/" + version);
    thing.setKind("Thing");
    thing.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    things(version).resource(thing).create();
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      things(String version) {
    return cluster
        .client()
        .genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(namespace + ".io")
                .withVersion(version)
                .withKind("Thing")
                .withPlural("things")
                .withNamespaced(true)
                .build())
        .inNamespace(namespace);
  }
}
