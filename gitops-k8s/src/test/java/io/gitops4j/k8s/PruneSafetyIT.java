package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is removed is what was owned, and that very instance of it. */
class PruneSafetyIT {
  private static final JsonMapper JSON = new JsonMapper();

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("prune");
  private final TargetId target = new TargetId(namespace);
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(
                  new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
              .stateNamespace(namespace)
              .build());

  @AfterEach
  void close() {
    destination.close();
  }

  @Test
  @DisplayName(
      "fault 3: an instance that came after the plan is not deleted in place of the planned one")
  void deletesThatInstanceOnly() {
    apply(plan("kept", "gone"));
    Plan<ManifestSet> prune = plan("kept");
    makeAnew();

    Outcome outcome = apply(prune);

    assertThat(outcome.results())
        .filteredOn(r -> r.change().id().name().equals("gone"))
        .extracting(ChangeResult::actuation)
        .containsExactly(Actuation.FAILED);
    assertThat(live("gone")).isNotNull();
    assertThat(outcome.inventory().entries()).as("retained").containsKey(id("gone"));
  }

  @Test
  @DisplayName("an instance that somebody else made in place of ours only leaves the inventory")
  void leavesWhatIsNotOurs() {
    apply(plan("kept", "gone"));
    makeAnew();

    Plan<ManifestSet> prune = plan("kept");
    Outcome outcome = apply(prune);

    assertThat(prune.changes())
        .filteredOn(c -> c.id().name().equals("gone"))
        .extracting(Change::live)
        .containsExactly(Optional.empty());
    assertThat(live("gone")).isNotNull();
    assertThat(outcome.inventory().entries()).doesNotContainKey(id("gone"));
  }

  @Test
  @DisplayName("an object that went to another target with its label only leaves the inventory")
  void leavesWhatIsAnothers() {
    apply(plan("kept", "gone"));
    edit(c -> c.getMetadata().getLabels().put("gitops4j.io/target", "0123456789abcdef"));

    Plan<ManifestSet> prune = plan("kept");
    Outcome outcome = apply(prune);

    assertThat(prune.changes())
        .filteredOn(c -> c.id().name().equals("gone"))
        .satisfiesExactly(
            c -> {
              assertThat(c.live()).isEmpty();
              assertThat(c.note()).contains("another target's");
            });
    assertThat(live("gone")).isNotNull();
    assertThat(outcome.inventory().entries()).doesNotContainKey(id("gone"));
  }

  @Test
  @DisplayName("an object whose label somebody took off is still ours")
  void removesWhatLostItsLabel() {
    apply(plan("kept", "gone"));
    edit(c -> c.getMetadata().getLabels().remove("gitops4j.io/target"));

    apply(plan("kept"));

    assertThat(live("gone")).isNull();
  }

  @Test
  @DisplayName("what goes to another target, or is to be kept, after the plan is not deleted")
  void looksOnceMore() {
    List<Consumer<ConfigMap>> edits =
        List.of(
            c -> c.getMetadata().getLabels().put("gitops4j.io/target", "0123456789abcdef"),
            c ->
                c.getMetadata()
                    .setAnnotations(Map.of("argocd.argoproj.io/sync-options", "Prune=false")));
    for (Consumer<ConfigMap> edit : edits) {
      apply(plan("kept", "gone"));
      Plan<ManifestSet> prune = plan("kept");
      edit(edit);

      Outcome outcome = apply(prune);

      assertThat(outcome.results())
          .filteredOn(r -> r.change().id().name().equals("gone"))
          .satisfiesExactly(
              r ->
                  assertThat(r.failure().map(Failure::code))
                      .as("%s", r)
                      .contains("K8S-STALE-PLAN"));
      assertThat(live("gone")).isNotNull();
      assertThat(outcome.inventory().entries()).containsKey(id("gone"));
      edit(c -> c.getMetadata().getLabels().put("gitops4j.io/target", target.shortHash()));
    }
  }

  private void edit(Consumer<ConfigMap> edit) {
    cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName("gone")
        .edit(
            c -> {
              edit.accept(c);
              return c;
            });
  }

  private void makeAnew() {
    cluster.client().configMaps().inNamespace(namespace).withName("gone").delete();
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("gone")
                .withNamespace(namespace)
                .endMetadata()
                .addToData("of", "somebody else")
                .build())
        .create();
  }

  private ConfigMap live(String name) {
    return cluster.client().configMaps().inNamespace(namespace).withName(name).get();
  }

  private ResourceId id(String name) {
    return new ResourceId("", "ConfigMap", namespace, name);
  }

  private Plan<ManifestSet> plan(String... names) {
    List<Manifest> manifests = new ArrayList<>();
    for (String name : names) {
      ObjectNode object = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
      object.putObject("metadata").put("name", name).put("namespace", namespace);
      object.putObject("data").put("a", "b");
      manifests.add(
          new Manifest(
              id(name),
              "v1",
              object,
              new Manifest.Origin("app/all.yaml", 1, manifests.size() + 1)));
    }
    Revision revision =
        new Revision("main", Digest.sha256(String.join(",", names)), Optional.empty());
    return destination
        .differ()
        .diff(new ManifestSet(revision, manifests), target, OperationContext.create());
  }

  private Outcome apply(Plan<ManifestSet> plan) {
    return destination.applier().apply(plan, r -> {}, OperationContext.create());
  }
}
