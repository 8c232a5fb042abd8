package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.gitops4j.GitOps;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.tck.InMemorySource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the annotations of single objects ask for. */
class ObjectOptionsIT {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("options");
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();
  private PruneConfirmation confirmation = PruneConfirmation.none();
  private KubernetesDestination destination = connect(UnaryOperator.identity());

  private KubernetesDestination connect(UnaryOperator<KubernetesConfigBuilder> more) {
    KubernetesConfigBuilder config =
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
            .namespace(namespace)
            .stateNamespace(namespace);
    return KubernetesDestination.connect(more.apply(config).build());
  }

  @AfterEach
  void close() {
    destination.close();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @DisplayName("an object that says so is kept when it is no longer desired, and reported")
  @CsvSource(
      delimiter = '|',
      value = {
        "argocd.argoproj.io/sync-options | ServerSideApply=true, Prune=false",
        "kustomize.toolkit.fluxcd.io/prune | disabled",
        "helm.sh/resource-policy | keep",
        "kapp.k14s.io/delete-strategy | orphan",
        "client.lifecycle.config.k8s.io/deletion | detach"
      })
  void keeps(String annotation, String value) {
    file("kept", annotation, value, "one");
    file("other", "example.com/a", "b", "one");
    file("gone", "example.com/a", "b", "one");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.remove("app/kept.yaml");
    files.remove("app/gone.yaml");

    ReconcileOutcome.Applied pruned = (ReconcileOutcome.Applied) reconcile();

    assertThat(pruned.plan().changes())
        .filteredOn(c -> c.id().name().equals("kept"))
        .extracting(Change::reason)
        .containsExactly(Reason.PRUNE_PROTECTED);
    assertThat(live("kept")).isNotNull();
    assertThat(live("gone")).isNull();
    assertThat(reconcile().kind()).as("reported, not fought over").isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("with Prune=confirm an object waits until its removal is confirmed by name")
  void waitsForConfirmation() {
    file("asked", "argocd.argoproj.io/sync-options", "Prune=confirm", "one");
    file("other", "example.com/a", "b", "one");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.remove("app/asked.yaml");

    ReconcileOutcome.InSync waits = (ReconcileOutcome.InSync) reconcile();
    assertThat(waits.plan().changes())
        .filteredOn(c -> c.reason() == Reason.PRUNE_UNCONFIRMED)
        .singleElement()
        .satisfies(
            c -> assertThat(c.note()).contains("Prune=confirm").contains("removals sha256:"));
    assertThat(live("asked")).isNotNull();

    confirmation = PruneConfirmation.of(Set.of(id("asked")));
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live("asked")).isNull();
  }

  @Test
  @DisplayName("an object says itself what becomes of what it made")
  void propagates() {
    file("alone", "argocd.argoproj.io/sync-options", "PrunePropagationPolicy=orphan", "one");
    file("other", "example.com/a", "b", "one");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.remove("app/alone.yaml");

    reconcile();

    // Nobody collects garbage here: what was asked for stays on the object as a finalizer.
    assertThat(live("alone").getMetadata().getFinalizers()).containsExactly("orphan");
  }

  @Test
  @DisplayName("with Delete=false an object is pruned one by one, but outlives the target")
  void outlivesTheTarget() {
    file("kept", "argocd.argoproj.io/sync-options", "Delete=false", "one");
    file("other", "example.com/a", "b", "one");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.clear();
    files.put("app/readme.txt", "nothing here");

    reconcile();

    assertThat(live("kept")).isNotNull();
    assertThat(live("other")).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what a target says of pruning holds for objects that do not say otherwise")
  @CsvSource({
    "KEEP, PRUNE_PROTECTED, Prune=confirm, PRUNE_UNCONFIRMED",
    "CONFIRM, PRUNE_UNCONFIRMED, Prune=false, PRUNE_PROTECTED"
  })
  void prunesAsTheTargetSays(
      SyncPolicy.Prune pruning, Reason silent, String option, Reason opposed) {
    String argo = "argocd.argoproj.io/sync-options";
    destination.close();
    destination = connect(c -> c.pruning(pruning));
    file("silent", "example.com/a", "b", "one");
    file("opposed", argo, option, "one");
    file("opened", argo, "Prune=true", "one");
    for (String other : List.of("other", "another", "third", "fourth")) {
      file(other, "example.com/a", "b", "one");
    }
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    for (String gone : List.of("silent", "opposed", "opened")) {
      files.remove("app/" + gone + ".yaml");
    }

    ReconcileOutcome.Applied pruned = (ReconcileOutcome.Applied) reconcile();

    Map<String, Reason> reasons = new HashMap<>();
    pruned.plan().changes().forEach(c -> reasons.put(c.id().name(), c.reason()));
    assertThat(reasons)
        .containsEntry("silent", silent)
        .containsEntry("opposed", opposed)
        .containsEntry("opened", Reason.REMOVED);
    assertThat(live("opened")).isNull();
    confirmation = PruneConfirmation.of(Set.of(id("silent"), id("opposed")));
    reconcile();
    assertThat(live("silent") == null).isEqualTo(silent == Reason.PRUNE_UNCONFIRMED);
    assertThat(live("opposed") == null).isEqualTo(opposed == Reason.PRUNE_UNCONFIRMED);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName(
      "what a target says of its end holds for objects that do not say otherwise, then only")
  @CsvSource({
    "KEEP, PRUNE_PROTECTED, Delete=confirm, PRUNE_UNCONFIRMED",
    "CONFIRM, PRUNE_UNCONFIRMED, Delete=false, PRUNE_PROTECTED"
  })
  void endsAsTheTargetSays(
      SyncPolicy.Prune deletion, Reason silent, String option, Reason opposed) {
    String argo = "argocd.argoproj.io/sync-options";
    destination.close();
    destination = connect(c -> c.deletion(deletion));
    file("silent", "example.com/a", "b", "one");
    file("opposed", argo, option, "one");
    file("opened", argo, "Delete=true", "one");
    file("early", "example.com/a", "b", "one");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.remove("app/early.yaml");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live("early")).as("removed while others are desired").isNull();
    files.clear();
    files.put("app/readme.txt", "nothing here");

    ReconcileOutcome.Applied end = (ReconcileOutcome.Applied) reconcile();

    Map<String, Reason> reasons = new HashMap<>();
    end.plan().changes().forEach(c -> reasons.put(c.id().name(), c.reason()));
    assertThat(reasons)
        .containsEntry("silent", silent)
        .containsEntry("opposed", opposed)
        .containsEntry("opened", Reason.REMOVED);
    assertThat(live("silent")).isNotNull();
    assertThat(live("opposed")).isNotNull();
    assertThat(live("opened")).isNull();
    confirmation = PruneConfirmation.of(Set.of(id("silent"), id("opposed")));
    reconcile();
    assertThat(live("silent") == null).isEqualTo(silent == Reason.PRUNE_UNCONFIRMED);
    assertThat(live("opposed") == null).isEqualTo(opposed == Reason.PRUNE_UNCONFIRMED);
  }

  @Test
  @DisplayName("IfNotPresent creates once and never changes; disabled is not even created")
  void leavesAlone() {
    file("once", "kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent", "one");
    file("never", "kustomize.toolkit.fluxcd.io/reconcile", "disabled", "one");
    ReconcileOutcome first = reconcile();
    assertThat(first.kind()).isEqualTo(Kind.APPLIED);
    assertThat(first.health().status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(live("never")).isNull();
    file("once", "kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent", "two");

    ReconcileOutcome.InSync left = (ReconcileOutcome.InSync) reconcile();

    assertThat(left.health().status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(left.plan().changes()).extracting(Change::reason).containsOnly(Reason.LEFT);
    assertThat(live("once").getData()).containsEntry("value", "one");
  }

  private ResourceId id(String name) {
    return new ResourceId("", "ConfigMap", namespace, name);
  }

  private ConfigMap live(String name) {
    return cluster.client().configMaps().inNamespace(namespace).withName(name).get();
  }

  private void file(String name, String annotation, String value, String data) {
    files.put(
        "app/" + name + ".yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: %s
          annotations: {%s: "%s"}
        data:
          value: %s
        """
            .formatted(name, annotation, value, data));
  }

  private ReconcileOutcome reconcile() {
    source.commit("change", files);
    Reconciler<ManifestSet> reconciler =
        GitOps.target(namespace)
            .source(source)
            .renderer(ManifestRenderer.path("app"))
            .destination(destination)
            .confirmation(confirmation)
            .policy(
                new SyncPolicy(
                    SyncPolicy.Prune.REMOVE, SyncPolicy.Drift.CORRECT, SyncPolicy.Empty.ALLOW))
            .build();
    return reconciler.reconcile();
  }
}
