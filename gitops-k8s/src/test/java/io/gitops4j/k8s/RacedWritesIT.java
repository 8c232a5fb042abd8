package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.diff.Rehearsal;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Fault;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Others that write between a plan and what it writes. */
class RacedWritesIT extends ConflictHarness {
  @ParameterizedTest(name = "{0}")
  @DisplayName("a field that somebody takes between plan and write obeys its policy as well")
  @EnumSource(
      value = ConflictPolicy.class,
      names = {"FAIL", "YIELD", "ADOPT"})
  void obeysWhenRaced(ConflictPolicy policy) {
    configure(policy);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    git("two", "2");
    Plan<ManifestSet> plan = target.plan();
    target.applyAs("other", THEIRS.formatted("5"));

    Outcome outcome = target.apply(plan);

    assertThat(outcome.complete()).isFalse();
    assertThat(live().getData()).containsEntry("size", "5");
    // Without a change of content there is nothing stale, but there is another owner.
    git("three", "2");
    Plan<ManifestSet> next = target.plan();
    target.applyAs("third", THEIRS.formatted("5"));
    target.apply(next);
    assertThat(live().getData()).containsEntry("size", "5");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("an object that somebody makes between plan and write is left to them")
  @EnumSource(ConflictPolicy.class)
  void leavesWhatAppeared(ConflictPolicy policy) {
    configure(policy);
    target.file("else", "{apiVersion: v1, kind: ConfigMap, metadata: {name: else}}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    for (String theirs : List.of(THEIRS.formatted("5"), THEIRS.formatted("1"), NOTHING)) {
      git("one", "1");
      Plan<ManifestSet> plan = target.plan();
      target.applyAs("other", theirs);
      String version = live().getMetadata().getResourceVersion();

      Outcome outcome = target.apply(plan);

      assertThat(outcome.results())
          .flatExtracting(result -> result.failure().stream().toList())
          .extracting(Failure::code)
          .containsExactly("K8S-STALE-PLAN");
      assertThat(live().getMetadata().getResourceVersion()).isEqualTo(version);
      ReconcileOutcome.Failed next = (ReconcileOutcome.Failed) target.reconcile();
      assertThat(next.failure().code()).isEqualTo("K8S-NOT-OWNED");
      target.remove("shared");
      assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
      assertThat(live().getMetadata().getResourceVersion())
          .as("what nobody agreed to own is not pruned")
          .isEqualTo(version);
      target.client().resource(live()).delete();
    }
  }

  @Test
  @DisplayName("an object that appeared and may be adopted is adopted by the next pass")
  void adoptsWhatAppeared() {
    target.restart(b -> b.adoption(AdoptionPolicy.ADOPT_IF_UNOWNED));
    git("one", "1");
    Plan<ManifestSet> plan = target.plan();
    target.applyAs("other", THEIRS.formatted("5"));

    assertThat(target.apply(plan).complete()).isFalse();
    assertThat(ScratchTarget.change(target.plan(), "shared").reason()).isEqualTo(Reason.ADOPTED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).isEqualTo(Map.of("size", "1", "colour", "blue"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a server that takes no version for a new object is looked at first")
  void looksWhereNoVersionIsTaken() {
    configure(ConflictPolicy.FORCE);
    Fault refuse =
        FaultProxy.answer(
            400,
            Map.of("Content-Type", "application/json"),
            "{\"kind\": \"Status\", \"message\": \"ResourceVersion must not be set\"}");
    git("one", "1");
    Plan<ManifestSet> plan = target.plan();
    target.applyAs("other", NOTHING);
    target.proxy().inject(1, r -> r.writes() && r.path().endsWith("/shared"), refuse);
    assertThat(target.apply(plan).complete()).isFalse();
    assertThat(live().getData()).isEmpty();
    target.client().resource(live()).delete();
    target.proxy().inject(1, r -> r.writes() && r.path().endsWith("/shared"), refuse);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).containsEntry("size", "1");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what has our label already when it is made obeys the policy of its fields")
  @EnumSource(
      value = ConflictPolicy.class,
      names = {"FORCE", "YIELD", "FAIL"})
  void goesOnWithWhatIsOurs(ConflictPolicy policy) {
    configure(policy);
    git("one", "1");
    Plan<ManifestSet> plan = target.plan();
    makeLabelled();

    Outcome outcome = target.apply(plan);

    assertThat(outcome.complete()).isEqualTo(policy != ConflictPolicy.FAIL);
    assertThat(live().getData()).containsEntry("size", policy == ConflictPolicy.FORCE ? "1" : "5");
    if (policy == ConflictPolicy.FAIL) {
      assertThat(target.result(outcome, "shared").failure().orElseThrow().code())
          .isEqualTo("K8S-FIELD-CONFLICT");
      return;
    }
    assertThat(live().getData()).containsEntry("colour", "blue");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName(
      "under leadership what has our label may be a successor's: only a new plan writes it")
  void leavesWhatASuccessorMayHaveMade() {
    configure(ConflictPolicy.FORCE);
    Term term = new Term("first");
    git("one", "1");
    Plan<ManifestSet> plan = target.plan(term.pass());
    makeLabelled();

    Outcome outcome = target.apply(plan, result -> {}, term.pass());

    assertThat(target.result(outcome, "shared").failure().orElseThrow().code())
        .isEqualTo("K8S-STALE-PLAN");
    assertThat(live().getData()).isEqualTo(Map.of("size", "5"));
    assertThat(target.reconcile(term.pass()).kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).isEqualTo(Map.of("size", "1", "colour", "blue"));
  }

  @Test
  @DisplayName("a busy server says nothing of whose an object is: it is asked again")
  void asksABusyServerAgain() {
    configure(ConflictPolicy.FORCE);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    git("one", "2");
    Plan<ManifestSet> plan = target.plan();
    target
        .proxy()
        .inject(1, r -> r.writes() && r.path().endsWith("/shared"), target.proxy().cutAfter());
    target
        .proxy()
        .inject(
            1,
            r -> r.query().contains("dryRun") && r.path().endsWith("/shared"),
            FaultProxy.status(429, "TooManyRequests"));

    assertThat(target.apply(plan).complete()).isTrue();

    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("what no plan could show because a webhook was silent is not written")
  void doesNotWriteWhatWasNotSeen() {
    configure(ConflictPolicy.FORCE);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    git("one", "2");
    String silent =
        "{\"kind\": \"Status\", \"message\": \"failed calling webhook \\\"w.example\\\"\"}";
    target
        .proxy()
        .inject(
            99,
            r -> r.query().contains("dryRun"),
            FaultProxy.answer(500, Map.of("Content-Type", "application/json"), silent));
    Plan<ManifestSet> plan = target.plan();
    target.proxy().mend();
    assertThat(ScratchTarget.change(plan, "shared").rehearsal()).isEqualTo(Rehearsal.UNKNOWN);

    Outcome outcome = target.apply(plan);

    Failure failure = target.result(outcome, "shared").failure().orElseThrow();
    assertThat(failure.code()).isEqualTo("K8S-SERVER-ERROR");
    assertThat(failure.reason()).contains("w.example does not answer");
    assertThat(live().getData()).containsEntry("size", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).containsEntry("size", "2");
  }

  /** As what an attempt left of which nobody heard, with a field that somebody moved. */
  private void makeLabelled() {
    String label = "{labels: {%s: %s}, name".formatted(Observer.TARGET_LABEL, hash());
    target.applyAs("other", THEIRS.formatted("5").replace("{name", label));
  }
}
