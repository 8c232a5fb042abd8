package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.gitops4j.GitOps;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.FormerOwner.Tool;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** The records that other tools keep, read, and what they name taken over with them. */
class FormerOwnerIT {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("former");
  private final TargetId target = new TargetId(namespace);
  private final InMemorySource source = new InMemorySource();
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(
                  new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
              .namespace(namespace)
              .stateNamespace(namespace)
              .build());

  @AfterEach
  void close() {
    destination.close();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what a tool owned is taken over, pruned where Git has it not, and nothing is left")
  @EnumSource(Tool.class)
  void succeeds(Tool tool) throws Exception {
    for (String name : new String[] {"kept", "left"}) {
      apply(configMap(name, "kapp.k14s.io/app: '" + namespace + "'"));
    }
    apply("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: 'a:b'}}");
    FormerOwner former = record(tool);
    OperationContext context = OperationContext.create();
    assertThat(destination.leftBehind(target, former, context))
        .contains(id("kept"), id("left"))
        .doesNotContain(id("gone"));
    source.commit("one", Map.of("app/kept.yaml", configMap("kept", "")));

    assertThat(destination.takeOver(target, former, context)).contains(id("kept"), id("left"));

    ReconcileOutcome.Planned planned = (ReconcileOutcome.Planned) plan();
    assertThat(planned.plan().changes())
        .filteredOn(c -> c.action() == Action.DELETE)
        .extracting(Change::id)
        .contains(id("left"))
        .doesNotContain(id("kept"));
    String uid = uid("kept");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(uid("kept")).isEqualTo(uid);
    assertThat(cluster.client().configMaps().inNamespace(namespace).withName("left").get())
        .isNull();
    assertThat(destination.leftBehind(target, former, context)).isEmpty();
    source.commit(
        "two", Map.of("app/kept.yaml", configMap("kept", "").replace("old: v", "fresh: v")));
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(
            cluster.client().configMaps().inNamespace(namespace).withName("kept").get().getData())
        .as("the former ownership of what left Git has ended")
        .containsOnlyKeys("fresh");
  }

  @Test
  @DisplayName("what another target owns is not left behind, and a record that is none is told")
  void respectsOthers() throws Exception {
    source.commit("one", Map.of("app/kept.yaml", configMap("kept", "")));
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    FormerOwner former = record(Tool.CLI_UTILS_INVENTORY);
    OperationContext context = OperationContext.create();

    assertThat(destination.leftBehind(new TargetId("another"), former, context)).isEmpty();
    assertThatThrownBy(
            () ->
                destination.leftBehind(
                    target, new FormerOwner(Tool.CLI_UTILS_INVENTORY, namespace, "kept"), context))
        .isInstanceOf(DiffException.class)
        .hasMessageContaining("cli-utils.sigs.k8s.io/inventory-id");
    assertThatThrownBy(
            () ->
                destination.leftBehind(
                    target, new FormerOwner(Tool.HELM_RELEASE, namespace, "none"), context))
        .isInstanceOf(DiffException.class)
        .hasMessageContaining("no Secret holds a deployed release");
  }

  private FormerOwner record(Tool tool) throws IOException {
    String name = "app";
    switch (tool) {
      case FLUX_KUSTOMIZATION -> {
        define("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations");
        apply(
            """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: {name: app}
            status: {inventory: {entries: [
              {id: %1$s_kept__ConfigMap, v: v1}, {id: %1$s_left__ConfigMap, v: v1},
              {id: %1$s_gone__ConfigMap, v: v1}, {id: %1$s_a__b_rbac.authorization.k8s.io_Role, v: v1}]}}
            """
                .formatted(namespace));
      }
      case ARGO_APPLICATION -> {
        define("argoproj.io", "v1alpha1", "Application", "applications");
        apply(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: app}
            status: {resources: [
              {version: v1, kind: ConfigMap, namespace: %1$s, name: kept},
              {version: v1, kind: ConfigMap, namespace: %1$s, name: left},
              {version: v1, kind: ConfigMap, namespace: %1$s, name: gone},
              {group: batch, version: v1, kind: Job, namespace: %1$s, name: hook, hook: true}]}
            """
                .formatted(namespace));
      }
      case HELM_RELEASE ->
          apply(
              """
              apiVersion: v1
              kind: Secret
              type: helm.sh/release.v1
              metadata:
                name: sh.helm.release.v1.app.v3
                labels: {owner: helm, name: app, status: deployed, version: "3"}
              data: {release: %s}
              """
                  .formatted(
                      release(
                          configMap("kept", "")
                              + "\n---\n"
                              + configMap("left", "")
                              + "\n---\n"
                              + configMap("gone", ""))));
      case CLI_UTILS_INVENTORY ->
          apply(
              """
              apiVersion: v1
              kind: ConfigMap
              metadata: {name: app, labels: {cli-utils.sigs.k8s.io/inventory-id: "1"}}
              data:
                %1$s_kept__ConfigMap: ""
                %1$s_left__ConfigMap: '{"actuation":"Succeeded"}'
                %1$s_gone__ConfigMap: ""
              """
                  .formatted(namespace));
      case KPT_RESOURCE_GROUP -> {
        define("kpt.dev", "v1alpha1", "ResourceGroup", "resourcegroups");
        apply(
            """
            apiVersion: kpt.dev/v1alpha1
            kind: ResourceGroup
            metadata: {name: app, labels: {cli-utils.sigs.k8s.io/inventory-id: "1"}}
            spec: {resources: [
              {group: "", kind: ConfigMap, namespace: %1$s, name: kept},
              {group: "", kind: ConfigMap, namespace: %1$s, name: left},
              {group: "", kind: ConfigMap, namespace: %1$s, name: gone}]}
            """
                .formatted(namespace));
      }
      case KAPP_APP ->
          apply(
              """
              apiVersion: v1
              kind: ConfigMap
              metadata: {name: app, labels: {kapp.k14s.io/is-app: ""}}
              data:
                spec: '{"labelKey":"kapp.k14s.io/app","labelValue":"%s","usedGKs":[{"Group":"","Kind":"ConfigMap"}]}'
              """
                  .formatted(namespace));
    }
    return new FormerOwner(tool, namespace, name);
  }

  private static String release(String manifest) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(
          JsonMapper.shared().writeValueAsBytes(Map.of("name", "app", "manifest", manifest)));
    }
    String once = Base64.getEncoder().encodeToString(packed.toByteArray());
    return Base64.getEncoder().encodeToString(once.getBytes(StandardCharsets.US_ASCII));
  }

  private void define(String group, String version, String kind, String plural) {
    apply(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: %4$s.%1$s}
        spec:
          group: %1$s
          scope: Namespaced
          names: {kind: %3$s, plural: %4$s}
          versions:
          - name: %2$s
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
            .formatted(group, version, kind, plural));
  }

  /** A definition that was made a moment ago is not served yet. */
  private void apply(String yaml) {
    await()
        .ignoreExceptionsMatching(
            e -> e instanceof KubernetesClientException refused && refused.getCode() == 404)
        .until(
            () -> {
              cluster
                  .client()
                  .load(new ByteArrayInputStream(("---\n" + yaml).getBytes(StandardCharsets.UTF_8)))
                  .inNamespace(namespace)
                  .fieldManager("helm")
                  .serverSideApply();
              return true;
            });
  }

  private static String configMap(String name, String labels) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, labels: {%s}}, data: {old: v}}"
        .formatted(name, labels);
  }

  private String uid(String name) {
    return cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName(name)
        .get()
        .getMetadata()
        .getUid();
  }

  private ResourceId id(String name) {
    return new ResourceId("", "ConfigMap", namespace, name);
  }

  private ReconcileOutcome plan() {
    return target().plan(OperationContext.create());
  }

  private ReconcileOutcome reconcile() {
    return target().reconcile();
  }

  private Reconciler<ManifestSet> target() {
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }
}
