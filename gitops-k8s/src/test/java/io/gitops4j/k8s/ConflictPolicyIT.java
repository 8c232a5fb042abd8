package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.error.Failure;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two field managers that want the same field. */
class ConflictPolicyIT extends ConflictHarness {
  @ParameterizedTest(name = "{0}")
  @DisplayName("after an apply a pass is quiet and asks for no dry run, whoever else owns a field")
  @EnumSource(
      value = ConflictPolicy.class,
      names = {"FORCE", "YIELD", "ADOPT"})
  void isQuietAfterAnApply(ConflictPolicy policy) {
    configure(policy);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", THEIRS.formatted("5"));

    target.reconcile();
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    git("two", "1");
    ReconcileOutcome changed = target.reconcile();
    assertThat(changed.kind()).as(changed.toString()).isEqualTo(Kind.APPLIED);

    target.proxy().forget();
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(target.dryRuns()).isZero();
    assertThat(live().getData())
        .containsEntry("size", policy == ConflictPolicy.FORCE ? "1" : "5")
        .containsEntry("colour", "blue");
    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/note", "two");
  }

  @Test
  @DisplayName("a yielded field is left to its owner, the plan says so, and it returns afterwards")
  void yields() {
    configure(ConflictPolicy.YIELD);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", THEIRS.formatted("5"));

    Change left = ScratchTarget.change(target.plan(), "shared");
    assertThat(left.action()).isEqualTo(Action.NONE);
    assertThat(left.note()).contains("leaves data.size to other");
    target.proxy().forget();
    assertThat(ScratchTarget.change(target.plan(), "shared").note()).isEqualTo(left.note());
    assertThat(target.dryRuns()).as("the same question twice").isZero();
    target.applyAs("other", THEIRS.formatted("6"));
    assertThat(target.reconcile().kind()).as("its owner may change it").isEqualTo(Kind.IN_SYNC);

    // The other lets go, and the field goes with it.
    target.applyAs("other", NOTHING);
    assertThat(live().getData()).doesNotContainKey("size");
    ReconcileOutcome back = target.reconcile();
    assertThat(back.kind()).as(back.toString()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).containsEntry("size", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("an object that is yielded whole is joined, not changed, and the rest of it is ours")
  void joins() {
    target.applyAs("kubectl", THEIRS.formatted("5"));
    target.restart(
        b ->
            b.adoption(AdoptionPolicy.ADOPT_IF_UNOWNED).conflicts(ConflictPolicy.YIELD, List.of()));
    git("one", "1");

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(live().getData()).isEqualTo(Map.of("size", "5", "colour", "blue"));
    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/note", "one");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    target.remove("shared");
    target.file("else", "{apiVersion: v1, kind: ConfigMap, metadata: {name: else}}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live()).as("it was adopted, so it is pruned").isNull();
  }

  @Test
  @DisplayName("an adopted field keeps the live value and outlives its other owner, until Git's")
  void adopts() {
    configure(ConflictPolicy.ADOPT);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", THEIRS.formatted("5"));

    assertThat(target.reconcile().kind()).as("it is owned again").isEqualTo(Kind.APPLIED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(live().getData()).containsEntry("size", "5");

    target.applyAs("other", NOTHING);
    assertThat(live().getData()).as("it is ours too").containsEntry("size", "5");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).containsEntry("size", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName(
      "fault 23: with FAIL the plan shows who is in the way, and nothing of the object is written")
  void fails() {
    configure(ConflictPolicy.FAIL);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", THEIRS.formatted("5"));
    git("two", "1");
    target.file("else", "{apiVersion: v1, kind: ConfigMap, metadata: {name: else}}");

    Change planned = ScratchTarget.change(target.plan(), "shared");
    assertThat(planned.action()).isEqualTo(Action.UPDATE);
    assertThat(planned.note())
        .contains("data.size is \"5\" and owned by other (Apply), desired is \"1\"");
    assertThat(planned.fields()).extracting(f -> f.path()).contains("data.size");
    ReconcileOutcome outcome = target.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    Failure failure = target.result(outcome, "shared").failure().orElseThrow();
    assertThat(failure.code()).isEqualTo("K8S-FIELD-CONFLICT");
    assertThat(failure.reason()).contains("data.size", "other", "Apply", "\"5\"", "\"1\"");
    assertThat(target.result(outcome, "else").actuation()).isEqualTo(Actuation.SUCCEEDED);
    assertThat(live().getData()).containsEntry("size", "5");
    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/note", "one");

    git("two", "5");
    assertThat(target.reconcile().kind()).as("both want the same").isEqualTo(Kind.APPLIED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("the values of a Secret are in no message about a conflict")
  void masksSecrets() {
    configure(ConflictPolicy.FAIL);
    String secret =
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: key, namespace: NS}
        data: {k: %s}
        """;
    target.file("key", secret.formatted("ZGVzaXJlZC1jYW5hcnk="));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", secret.formatted("bGl2ZS1jYW5hcnk="));

    ReconcileOutcome outcome = target.reconcile();

    ChangeResult result = target.result(outcome, "key");
    assertThat(result.failure().orElseThrow().reason()).contains("data.k", "other");
    assertThat(outcome.toString())
        .doesNotContain("canary")
        .doesNotContain("ZGVzaXJlZC1jYW5hcnk=")
        .doesNotContain("bGl2ZS1jYW5hcnk=");
  }
}
