package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was removed, restored, and is then desired again. */
class PutBackIT {
  private static final String JOB =
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: once}
      spec:
        template:
          spec: {restartPolicy: Never, containers: [{name: a, image: busybox}]}
      """;
  private static final String CLAIM =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      """;
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: a, image: nginx}]}
      """;
  private static final String CONFIG =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: config}, data: {k: %s}}";

  private final ScratchTarget target =
      new ScratchTarget("put-back", b -> b.protectedKinds(ProtectedKinds.none()));

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("a Job comes back without what the server made for its former instance alone")
  void job() {
    target.file("it", JOB);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    removeAndRestore();

    assertThat(live("batch/v1", "Job", "once"))
        .contains("matchLabels={batch.kubernetes.io/controller-uid=");
    putBack(JOB);
  }

  @Test
  @DisplayName("a claim keeps the storage class that Git leaves to the cluster")
  void claim() {
    target.file("it", CLAIM);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    claim(c -> c.getSpec().setStorageClassName("fast"));
    // No controller runs here that would let the claim go.
    claim(c -> c.getMetadata().getFinalizers().clear());
    removeAndRestore();

    putBack(CLAIM);

    assertThat(live("v1", "PersistentVolumeClaim", "data")).contains("storageClassName=fast");
  }

  @Test
  @DisplayName("a Deployment keeps the replicas that somebody else sets")
  void deployment() {
    target.file("it", DEPLOYMENT);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.client().apps().deployments().inNamespace(target.namespace()).withName("web").scale(10);
    removeAndRestore();

    putBack(DEPLOYMENT);

    assertThat(live("apps/v1", "Deployment", "web")).contains("replicas=10");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what was restored is not somebody else's: no conflict policy keeps Git out")
  @EnumSource(ConflictPolicy.class)
  void isNobodysConflict(ConflictPolicy policy) {
    target.restart(b -> b.conflicts(policy, List.of()));
    target.file("it", CONFIG.formatted("old"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    removeAndRestore();

    putBack(CONFIG.formatted("new"));

    assertThat(
            target.client().configMaps().inNamespace(target.namespace()).withName("config").get())
        .satisfies(c -> assertThat(c.getData()).containsEntry("k", "new"));
  }

  private void removeAndRestore() {
    target.file("else", "{apiVersion: v1, kind: ConfigMap, metadata: {name: else}}");
    target.remove("it");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.restoreAll();
  }

  private void putBack(String manifest) {
    target.file("it", manifest);
    ReconcileOutcome owned = target.reconcile();
    assertThat(owned.kind()).as(owned.toString()).isEqualTo(Kind.APPLIED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  private String live(String version, String kind, String name) {
    GenericKubernetesResource live = target.live(version, kind, name);
    return live.get("spec").toString();
  }

  private void claim(Consumer<PersistentVolumeClaim> change) {
    target
        .client()
        .persistentVolumeClaims()
        .inNamespace(target.namespace())
        .withName("data")
        .edit(
            c -> {
              change.accept(c);
              return c;
            });
  }
}
