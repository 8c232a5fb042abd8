package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.diff.Rehearsal;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the namespace carries that is made. */
class NamespaceMetadataIT {
  private final ScratchTarget target = new ScratchTarget("state", b -> b);
  private final String made = TestCluster.shared().freeNamespace("made");

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("a namespace carries what is asked for: planned, healed, taken back, never owned")
  void carries() {
    target.file("a", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
    configure(Map.of("team", "red", "tier", "gold"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getMetadata().getLabels())
        .containsEntry("team", "red")
        .containsEntry("tier", "gold")
        .doesNotContainKey("gitops4j.io/target");
    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/by", "git");
    target.proxy().forget();
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(target.dryRuns()).isZero();

    target.applyAs(
        "other",
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s, labels: {team: blue, other: x}}
        """
            .formatted(made));
    Change planned = ScratchTarget.change(target.plan(), made);
    assertThat(planned.action()).isEqualTo(Action.UPDATE);
    assertThat(planned.reason()).isEqualTo(Reason.PREREQUISITE);
    assertThat(planned.fields()).extracting(f -> f.path()).containsExactly("metadata.labels.team");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getMetadata().getLabels())
        .containsEntry("team", "red")
        .containsEntry("other", "x");

    configure(Map.of("team", "red"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getMetadata().getLabels()).doesNotContainKey("tier");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    target.remove("a");
    target.reconcile();
    assertThat(live()).isNotNull();
  }

  @Test
  @DisplayName("metadata that the server refuses is one change that fails, and is planned as that")
  void failsAlone() {
    target.file("a", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
    configure(Map.of("team", "red"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.file("a", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}");
    configure(Map.of("team", "no label value"));

    Change planned = ScratchTarget.change(target.plan(), made);
    assertThat(planned.reason()).isEqualTo(Reason.PREREQUISITE);
    assertThat(planned.rehearsal()).isEqualTo(Rehearsal.REFUSED);
    assertThat(planned.note()).contains("the server refuses it").contains("no label value");
    ReconcileOutcome outcome = target.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(target.result(outcome, made).failure().orElseThrow().code())
        .isEqualTo("K8S-INVALID");
    assertThat(target.result(outcome, "a").failure().orElseThrow().code())
        .as("what comes after it, as after any namespace that fails")
        .isEqualTo("APPLY-NOT-REACHED");
    configure(Map.of("team", "red"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  private void configure(Map<String, String> labels) {
    target.restart(
        b ->
            b.namespace(made)
                .createNamespace(true)
                .namespaceMetadata(new NamespaceMetadata(labels, Map.of("example.com/by", "git"))));
  }

  private Namespace live() {
    return target.client().namespaces().withName(made).get();
  }
}
