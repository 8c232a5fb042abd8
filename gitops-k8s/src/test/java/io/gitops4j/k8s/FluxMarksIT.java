package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.Reason;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flux's marks, which it takes as annotations and as labels. */
class FluxMarksIT {
  private final ScratchTarget target =
      new ScratchTarget("flux", b -> b.adoption(AdoptionPolicy.ADOPT_IF_UNOWNED));

  @AfterEach
  void close() {
    target.close();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("reconcile, ssa and prune are honoured in both places")
  @CsvSource({"labels", "annotations"})
  void honoursBoth(String place) {
    file("never", place, "reconcile", "disabled", "k: one");
    file("ignored", place, "ssa", "Ignore", "k: one");
    file("once", place, "ssa", "IfNotPresent", "k: one");
    file("kept", place, "prune", "disabled", "k: one");
    file("other", place, "ssa", "Override", "k: one");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.live("v1", "ConfigMap", "never")).isNull();
    assertThat(target.live("v1", "ConfigMap", "ignored")).isNull();
    file("once", place, "ssa", "IfNotPresent", "k: two");
    file("other", place, "ssa", "Override", "k: two");
    target.remove("kept");

    assertThat(ScratchTarget.change(target.plan(), "kept").reason())
        .isEqualTo(Reason.PRUNE_PROTECTED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(data("once")).isEqualTo("{k=one}");
    assertThat(data("other")).isEqualTo("{k=two}");
    assertThat(data("kept")).isEqualTo("{k=one}");
  }

  @ParameterizedTest(name = "{0}, {1}")
  @DisplayName("Merge keeps what the former tool set when it leaves Git; Override does not")
  @CsvSource({"Merge, labels", "Merge, annotations", "Override, annotations"})
  void merges(String mode, String place) {
    target.applyAs(
        "kubectl",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: taken, namespace: NS}
        data: {k: one, more: x, extra: theirs}
        """);
    file("taken", place, "ssa", mode, "k: one, more: x");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    file("taken", place, "ssa", mode, "k: one");
    target.reconcile();

    assertThat(data("taken"))
        .isEqualTo(
            mode.equals("Merge") ? "{extra=theirs, k=one, more=x}" : "{extra=theirs, k=one}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("ignored fields are set again with the next write where that is asked for")
  void setsIgnoredFields() {
    target.restart(
        b ->
            b.ignoredAtWrite(IgnoredAtWrite.SET)
                .ignoreDifferences(
                    List.of(
                        new IgnoreRule(
                            "", "ConfigMap", "", "", List.of("/data/k"), List.of(), List.of()))));
    file("set", "annotations", "ssa", "Override", "k: one, l: one");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs(
        "other",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: set, namespace: NS}
        data: {k: theirs}
        """);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(data("set")).contains("k=theirs");
    file("set", "annotations", "ssa", "Override", "k: one, l: two");

    assertThat(ScratchTarget.change(target.plan(), "set").fields())
        .extracting(f -> f.path())
        .containsExactlyInAnyOrder("data.k", "data.l");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(data("set")).isEqualTo("{k=one, l=two}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  private String data(String name) {
    return new TreeMap<>((Map<?, ?>) target.live("v1", "ConfigMap", name).get("data")).toString();
  }

  private void file(String name, String place, String mark, String value, String data) {
    target.file(
        name,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s, %s: {kustomize.toolkit.fluxcd.io/%s: %s}}
        data: {%s}
        """
            .formatted(name, place, mark, value, data));
  }
}
