package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.health.Health;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Removals that go wrong or take long. */
class PruneFaultsIT extends PruneHarness {
  @Test
  @DisplayName("fault 2: a delete whose answer is lost is asked again, and gone is success")
  void survivesALostAnswer() {
    configMap("kept", "");
    configMap("gone", "");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.remove("app/gone.yaml");
    proxy.inject(1, r -> deletes(r, "gone"), proxy.cutAfter());

    ReconcileOutcome pruned = reconcile();

    assertThat(pruned.kind()).as(pruned.toString()).isEqualTo(Kind.APPLIED);
    assertThat(live("gone")).isNull();
    assertThat(inventory().entries()).containsOnlyKeys(id("kept"));
    assertThat(reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("fault 19: a delete that admission denies is told, tried again, and stays owned")
  void keepsWhatMayNotGo() {
    configMap("kept", "");
    configMap("gone", "");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.remove("app/gone.yaml");
    denyDeletes();

    for (int pass = 1; pass <= 2; pass++) {
      proxy.forget();
      ReconcileOutcome.Incomplete denied = (ReconcileOutcome.Incomplete) reconcile();
      assertThat(result(denied.outcome().results(), "gone").failure().map(Failure::code))
          .contains("K8S-DENIED");
      assertThat(proxy.seen()).filteredOn(r -> deletes(r, "gone")).hasSize(1);
      assertThat(inventory().entries()).containsKey(id("gone"));
      assertThat(proxy.seen())
          // The first of a kind is a POST to the collection; the others have theirs already.
          .filteredOn(r -> r.method().equals("POST") || r.path().contains("tombstones"))
          .filteredOn(r -> !r.method().equals("GET"))
          .as("what is kept already is not written again")
          .hasSize(pass == 1 ? 1 : 0);
    }

    cluster.client().raw(POLICIES + "validatingadmissionpolicybindings/" + namespace, "DELETE", "");
    await().until(() -> reconcile().kind() != Kind.INCOMPLETE);
    assertThat(live("gone")).isNull();
  }

  @Test
  @DisplayName("fault 24: in a namespace that is being deleted a create fails once, and says why")
  void waitsForTheNamespace() {
    String leaving = cluster.createNamespace("leaving");
    configMap("new", "");
    files.computeIfPresent(
        "app/new.yaml", (f, y) -> y.replace("name: new", "name: new\n  namespace: " + leaving));
    // Nobody finishes the deletion here: it stays as it is while a cluster cleans up.
    cluster.client().namespaces().withName(leaving).delete();

    ReconcileOutcome.Incomplete refused = (ReconcileOutcome.Incomplete) reconcile();

    assertThat(refused.outcome().results())
        .singleElement()
        .satisfies(
            r ->
                assertThat(r.failure().orElseThrow().code())
                    .isEqualTo("K8S-NAMESPACE-TERMINATING"));
    assertThat(proxy.seen())
        .filteredOn(r -> r.method().equals("PATCH") && r.path().contains(leaving))
        .hasSize(1);
  }

  @Test
  @DisplayName(
      "fault 25: what finalizers hold stays owned, is told with them, and not deleted again")
  void namesFinalizers() {
    configMap("kept", "");
    configMap("held", "finalizers: [example.com/b, example.com/a]");
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.remove("app/held.yaml");

    ReconcileOutcome.Applied asked = (ReconcileOutcome.Applied) reconcile();
    Health health = result(asked.outcome().results(), "held").health();
    assertThat(health.message())
        .contains("is being deleted since 20")
        .contains("held by finalizers example.com/b, example.com/a");
    assertThat(inventory().entries()).containsKey(id("held"));

    proxy.forget();
    ReconcileOutcome.InSync again = (ReconcileOutcome.InSync) reconcile();
    assertThat(change(again.plan().changes(), "held").reason()).isEqualTo(Reason.TERMINATING);
    assertThat(change(again.plan().changes(), "held").note()).contains(health.message());
    assertThat(proxy.seen()).noneMatch(r -> r.method().equals("DELETE"));
    assertThat(destination.health().assess(target, OperationContext.create()).get(id("held")))
        .isEqualTo(health);

    configMap("held", "");
    ReconcileOutcome.InSync wanted = (ReconcileOutcome.InSync) reconcile();
    assertThat(change(wanted.plan().changes(), "held").note()).contains("created again once");
    cluster
        .client()
        .configMaps()
        .inNamespace(namespace)
        .withName("held")
        .edit(
            c -> {
              c.getMetadata().setFinalizers(List.of());
              return c;
            });
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live("held").getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  @DisplayName("a claim goes only when confirmed by the id of its removal, and tells what holds it")
  void confirmsClaims() {
    configMap("kept", "");
    files.put(
        "app/claim.yaml",
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """);
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    files.remove("app/claim.yaml");
    ReconcileOutcome.InSync waits = (ReconcileOutcome.InSync) reconcile();
    String note = change(waits.plan().changes(), "data").note();
    assertThat(note).contains("its volume may be removed with it");
    String id = note.replaceFirst(".*removals ", "");

    ReconcileOutcome.Applied gone =
        (ReconcileOutcome.Applied)
            reconcile(PruneConfirmation.approved((t, plan) -> plan.toString().equals(id)));

    assertThat(result(gone.outcome().results(), "data").health().message())
        .contains("held by finalizers kubernetes.io/pvc-protection");
  }

  private static final String POLICIES = "/apis/admissionregistration.k8s.io/v1/";

  private void denyDeletes() {
    cluster
        .client()
        .load(
            stream(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: %1$s}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [""], apiVersions: [v1], operations: [DELETE], resources: [configmaps]}
                  validations:
                  - {expression: "false", message: not today}
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec:
                  policyName: %1$s
                  validationActions: [Deny]
                  matchResources:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                """
                    .formatted(namespace)))
        .serverSideApply();
    await()
        .until(
            () -> {
              try {
                cluster
                    .client()
                    .configMaps()
                    .inNamespace(namespace)
                    .withName("kept")
                    .dryRun()
                    .delete();
                return false;
              } catch (KubernetesClientException e) {
                return true;
              }
            });
  }

  private static boolean deletes(FaultProxy.Request request, String name) {
    return request.method().equals("DELETE") && request.path().endsWith("/" + name);
  }

  private static ChangeResult result(List<ChangeResult> results, String name) {
    return results.stream()
        .filter(r -> r.change().id().name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
