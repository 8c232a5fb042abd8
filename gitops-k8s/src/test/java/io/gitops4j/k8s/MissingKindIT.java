package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.apply.Actuation;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.error.Failure;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Objects whose kind something defines while the target is applied, or nothing ever does. */
class MissingKindIT {
  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: gadgets.NS.example.com}
      spec:
        group: NS.example.com
        scope: Namespaced
        names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}
        versions:
        - name: v1
          served: true
          storage: true
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  private final ScratchTarget target = new ScratchTarget("missing", b -> b);

  @BeforeEach
  void files() {
    target.file("first", "{apiVersion: v1, kind: ConfigMap, metadata: {name: first}}");
    gadget("SkipDryRunOnMissingResource=true");
  }

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("an object that says so is applied last, once an operator has defined its kind")
  void waitsForItsKind() throws Exception {
    Change planned = ScratchTarget.change(target.plan(), "gadget");
    assertThat(planned.action()).isEqualTo(Action.CREATE);
    assertThat(planned.note()).contains("not served yet");
    CompletableFuture<ReconcileOutcome> pass = CompletableFuture.supplyAsync(target::reconcile);
    await().until(() -> target.live("v1", "ConfigMap", "first") != null);
    target.applyAs("operator", DEFINITION);

    ReconcileOutcome outcome = pass.get();

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
    assertThat(target.live(target.namespace() + ".example.com/v1", "Gadget", "gadget")).isNotNull();
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    target.remove("gadget");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.live(target.namespace() + ".example.com/v1", "Gadget", "gadget")).isNull();
  }

  @Test
  @DisplayName("when its kind does not come, it fails alone and within the limit")
  void failsAlone() {
    target.restart(
        b -> b.missingKinds(new MissingKinds(MissingKinds.Awaited.MARKED, Duration.ofMillis(700))));

    ReconcileOutcome outcome = target.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    Failure failure = target.result(outcome, "gadget").failure().orElseThrow();
    assertThat(failure.code()).isEqualTo("K8S-KIND-UNKNOWN");
    assertThat(target.result(outcome, "first").actuation()).isEqualTo(Actuation.SUCCEEDED);
  }

  @Test
  @DisplayName(
      "without it a kind that nobody knows stays an error of the whole pass, also against"
          + " what the target says")
  void staysAnError() {
    gadget("SkipDryRunOnMissingResource=false");
    target.restart(
        b -> b.missingKinds(new MissingKinds(MissingKinds.Awaited.ALL, Duration.ofSeconds(1))));

    ReconcileOutcome.Failed outcome = (ReconcileOutcome.Failed) target.reconcile();

    assertThat(outcome.failure().code()).isEqualTo("K8S-KIND-UNKNOWN");
    assertThat(target.live("v1", "ConfigMap", "first")).isNull();
  }

  private void gadget(String option) {
    target.file(
        "gadget",
        """
        apiVersion: NS.example.com/v1
        kind: Gadget
        metadata: {name: gadget, annotations: {argocd.argoproj.io/sync-options: %s}}
        spec: {size: 3}
        """
            .formatted(option));
  }
}
