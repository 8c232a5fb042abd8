package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.gitops4j.GitOps;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.ApplyException;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What was removed can be brought back. */
class TombstonesIT {
  private final TestCluster cluster = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  private final String namespace = cluster.createNamespace("tombstones");
  private final TargetId target = new TargetId(namespace);
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();
  private KubernetesDestination destination = connect(100, 4 * 1024 * 1024);

  private KubernetesDestination connect(int count, long bytes) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigContent(
                    Sensitive.of(proxy.kubeconfig()), Optional.empty()))
            .namespace(namespace)
            .stateNamespace(namespace)
            .tombstones(count, bytes)
            .build());
  }

  private void reconnect(int count, long bytes) {
    destination.close();
    destination = connect(count, bytes);
  }

  @AfterEach
  void close() {
    destination.close();
    proxy.close();
  }

  @Test
  @DisplayName("one call brings an object back; passes leave it alone until Git has it again")
  void restores() {
    secret("kept", "a");
    secret("lost", "precious");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    cluster
        .client()
        .secrets()
        .inNamespace(namespace)
        .withName("lost")
        .edit(
            s -> {
              s.getData().put("of-somebody-else", "eA==");
              return s;
            });
    String manifest = files.remove("app/lost.yaml");
    ReconcileOutcome.Applied pruned = (ReconcileOutcome.Applied) reconcile();
    assertThat(live("lost")).isNull();

    Tombstone tombstone = destination.tombstones(target, OperationContext.create()).get(0);
    assertThat(tombstone.id()).isEqualTo(id("lost"));
    assertThat(tombstone.plan()).isEqualTo(pruned.plan().id());
    assertThat(tombstone.revision()).isEqualTo(pruned.plan().desired().revision().toString());
    assertThat(tombstone.toString()).doesNotContain("precious").doesNotContain("cHJlY2lvdXM=");
    destination.restoreObject(target, tombstone, OperationContext.create());

    assertThat(live("lost").getData())
        .containsEntry("value", "cHJlY2lvdXM=")
        .containsEntry("of-somebody-else", "eA==");
    assertThat(reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(live("lost")).isNotNull();

    files.put("app/lost.yaml", manifest);
    ReconcileOutcome owned = reconcile();
    assertThat(owned.kind()).as(owned.toString()).isEqualTo(Kind.APPLIED);
    assertThat(live("lost").getData()).containsOnlyKeys("value", "of-somebody-else");
    assertThat(live("lost").getMetadata().getAnnotations()).isNullOrEmpty();
    assertThat(live("lost").getMetadata().getManagedFields())
        .extracting(ManagedFieldsEntry::getManager)
        .containsOnly("gitops4j");
    assertThat(reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    files.remove("app/lost.yaml");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live("lost")).as("owned again, so pruned again").isNull();
  }

  @Test
  @DisplayName("what is kept is stored before the first delete is sent, in one write for a pass")
  void storesAhead() {
    secret("kept", "a");
    for (String name : List.of("one", "two", "three")) {
      secret(name, name);
    }
    reconcile();
    List.of("one", "two", "three").forEach(n -> files.remove("app/" + n + ".yaml"));
    proxy.forget();

    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);

    List<FaultProxy.Request> writes =
        proxy.seen().stream()
            .filter(r -> !r.method().equals("GET"))
            .filter(r -> !r.path().contains("history") && !r.path().contains("inventory"))
            .toList();
    // The first of a kind is a POST to the collection: history has its own from the first pass.
    assertThat(writes)
        .extracting(FaultProxy.Request::method)
        .containsExactly("POST", "DELETE", "DELETE", "DELETE");
    assertThat(destination.tombstones(target, OperationContext.create()))
        .extracting(t -> t.id().name())
        .containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  @DisplayName("what cannot be kept because the store fails is not removed either")
  void removesNothingUnkept() {
    secret("kept", "a");
    secret("lost", "b");
    reconcile();
    files.remove("app/lost.yaml");
    proxy.inject(
        100,
        r -> r.method().equals("POST") && r.path().endsWith("/secrets"),
        FaultProxy.status(403, "Forbidden"));

    ReconcileOutcome.Failed failed = (ReconcileOutcome.Failed) reconcile();

    assertThat(failed.failure().message()).contains("tombstones of " + namespace);
    assertThat(live("lost")).isNotNull();
    proxy.mend();
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live("lost")).isNull();
  }

  @Test
  @DisplayName("what cannot be looked at is not removed, and the look is tried again first")
  void removesNothingUnseen() {
    secret("kept", "a");
    secret("lost", "b");
    reconcile();
    files.remove("app/lost.yaml");
    proxy.inject(
        1,
        r -> r.method().equals("GET") && r.path().endsWith("/secrets/lost"),
        FaultProxy.cutBefore());
    assertThat(reconcile().kind()).as("a passing fault").isEqualTo(Kind.APPLIED);

    secret("lost", "c");
    reconcile();
    files.remove("app/lost.yaml");
    proxy.inject(
        1,
        r -> r.method().equals("GET") && r.path().endsWith("/secrets/lost"),
        FaultProxy.status(403, "Forbidden"));
    assertThat(reconcile().kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(live("lost")).isNotNull();
  }

  @Test
  @DisplayName("so many are kept and no more, the newest; one that is too large is told")
  void keepsWithinLimits() {
    reconnect(2, 4 * 1024 * 1024);
    secret("kept", "a");
    for (String name : List.of("one", "two", "three", "big")) {
      secret(name, name.equals("big") ? "x".repeat(5000) : name);
    }
    reconcile();
    for (String name : List.of("one", "two", "three")) {
      files.remove("app/" + name + ".yaml");
      assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    }
    assertThat(destination.tombstones(target, OperationContext.create()))
        .extracting(t -> t.id().name())
        .containsExactly("three", "two");

    reconnect(2, 4000);
    files.remove("app/big.yaml");
    ReconcileOutcome.Applied pruned = (ReconcileOutcome.Applied) reconcile();
    assertThat(result(pruned.outcome(), "big").health().message())
        .contains("no tombstone was kept")
        .contains("4000 bytes");
    assertThat(live("big")).isNull();

    reconnect(0, 0);
    secret("last", "a");
    reconcile();
    files.remove("app/last.yaml");
    ReconcileOutcome.Applied off = (ReconcileOutcome.Applied) reconcile();
    assertThat(result(off.outcome(), "last").health().message()).isEmpty();
    assertThat(destination.tombstones(target, OperationContext.create()))
        .extracting(t -> t.id().name())
        .containsExactly("three", "two");
  }

  @Test
  @DisplayName("an object that exists is not overwritten, one that is not kept is told")
  void overwritesNothing() {
    secret("kept", "a");
    secret("lost", "b");
    reconcile();
    files.remove("app/lost.yaml");
    reconcile();
    Tombstone tombstone = destination.tombstones(target, OperationContext.create()).get(0);
    destination.restoreObject(target, tombstone, OperationContext.create());

    assertThatThrownBy(
            () -> destination.restoreObject(target, tombstone, OperationContext.create()))
        .isInstanceOf(ApplyException.class)
        .extracting(e -> ((ApplyException) e).code())
        .isEqualTo("K8S-EXISTS");
    assertThatThrownBy(
            () ->
                destination.restoreObject(
                    new TargetId("another"), tombstone, OperationContext.create()))
        .isInstanceOf(ApplyException.class)
        .extracting(e -> ((ApplyException) e).code())
        .isEqualTo("K8S-TOMBSTONE-GONE");
  }

  @Test
  @DisplayName("what is replaced is kept like what is removed")
  void keepsWhatIsReplaced() {
    secret("kept", "a");
    reconcile();
    secret("kept", "b");
    source.commit("change", files);
    Plan<ManifestSet> plan =
        destination
            .differ()
            .diff(desired(), target, OperationContext.create())
            .mapChanges(TombstonesIT::replacing);

    destination.applier().apply(plan, r -> {}, OperationContext.create());

    assertThat(destination.tombstones(target, OperationContext.create()))
        .extracting(Tombstone::id)
        .containsExactly(id("kept"));
  }

  private static Change replacing(Change c) {
    return new Change(
        c.id(), Action.REPLACE, Reason.CHANGED, c.fields(), c.live(), c.health(), c.note());
  }

  private ManifestSet desired() {
    OperationContext context = OperationContext.create();
    try (var snapshot = source.snapshot()) {
      return ManifestRenderer.path("app").render(snapshot, context);
    }
  }

  private static ChangeResult result(Outcome outcome, String name) {
    return outcome.results().stream()
        .filter(r -> r.change().id().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void secret(String name, String value) {
    files.put(
        "app/" + name + ".yaml",
        "{apiVersion: v1, kind: Secret, metadata: {name: %s}, stringData: {value: %s}}"
            .formatted(name, value));
  }

  private Secret live(String name) {
    return cluster.client().secrets().inNamespace(namespace).withName(name).get();
  }

  private ResourceId id(String name) {
    return new ResourceId("", "Secret", namespace, name);
  }

  private ReconcileOutcome reconcile() {
    source.commit("change", files);
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build()
        .reconcile();
  }
}
