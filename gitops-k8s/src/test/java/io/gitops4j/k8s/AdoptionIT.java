package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects that another target made. */
class AdoptionIT {
  private final ScratchTarget owner = new ScratchTarget("owner", b -> b);
  private final ScratchTarget other = new ScratchTarget("other", b -> b);

  @AfterEach
  void close() {
    owner.close();
    other.close();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("an owner that lives is an error that names it, under every policy")
  @EnumSource(AdoptionPolicy.class)
  void namesALivingOwner(AdoptionPolicy policy) {
    own();
    want(policy);

    ReconcileOutcome.Failed refused = (ReconcileOutcome.Failed) other.reconcile();

    assertThat(refused.failure().code()).isEqualTo("K8S-NOT-OWNED");
    assertThat(refused.failure().reason()).contains("belongs to target " + owner.namespace());
    assertThat(owner.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what an owner left behind that keeps no inventory is taken by ADOPT_ALL only")
  @EnumSource(AdoptionPolicy.class)
  void takesWhatIsAbandoned(AdoptionPolicy policy) {
    own();
    owner
        .client()
        .secrets()
        .inNamespace(owner.namespace())
        .withLabel("gitops4j.io/inventory-of")
        .delete();
    want(policy);

    ReconcileOutcome outcome = other.reconcile();

    if (policy != AdoptionPolicy.ADOPT_ALL) {
      assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
      return;
    }
    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
    assertThat(owner.live("v1", "ConfigMap", "shared").get("data").toString())
        .as("what the former owner set and nobody wants now is gone")
        .isEqualTo("{k=other}");
    assertThat(other.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("what an owner that lives does not own any more is taken, what it owns is not")
  void asksTheOwnersInventory() {
    own();
    String label = new TargetId(owner.namespace()).shortHash();
    owner.applyAs(
        "somebody",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: left, namespace: NS, labels: {gitops4j.io/target: "%s"}}
        data: {k: owner}
        """
            .formatted(label));
    other.restart(
        b ->
            b.namespace(owner.namespace())
                .stateNamespace(owner.namespace())
                .adoption(AdoptionPolicy.ADOPT_ALL));
    other.file("left", shared("{k: other}").replace("shared", "left"));

    assertThat(other.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(owner.live("v1", "ConfigMap", "left").get("data").toString()).isEqualTo("{k=other}");
    other.file("shared", shared("{k: other}"));
    assertThat(other.reconcile().kind()).isEqualTo(Kind.FAILED);
  }

  @Test
  @DisplayName("an owner that cannot be looked for is no owner that is gone")
  void doesNotTakeUnknownForGone() {
    own();
    want(AdoptionPolicy.ADOPT_ALL);
    other
        .proxy()
        .inject(99, r -> r.path().equals("/api/v1/secrets"), FaultProxy.status(403, "Forbidden"));

    assertThat(other.reconcile().kind()).isEqualTo(Kind.FAILED);
    assertThat(owner.live("v1", "ConfigMap", "shared").get("data").toString()).contains("k=owner");
  }

  private void own() {
    owner.file("shared", shared("{k: owner, more: x}"));
    assertThat(owner.reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  private void want(AdoptionPolicy policy) {
    other.restart(b -> b.namespace(owner.namespace()).adoption(policy));
    other.file("shared", shared("{k: other}"));
  }

  private static String shared(String data) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: " + data + "}";
  }
}
