package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.gate.Gate;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.TextSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Kinds that are never removed. */
class KeptKindsTest extends TargetHarness {

  @Test
  @DisplayName("what is kept holds its own removal, not the rest of the plan")
  void holdsInPart() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    target().build().reconcile();
    source.commit("two", Map.of("a", "2"));

    ReconcileOutcome outcome = target().gate(Gate.keeping(Set.of("Text"))).build().reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
    assertThat(outcome.madePlan().orElseThrow().heldInPart().orElseThrow())
        .contains("tck/Text b")
        .doesNotContain("tck/Text a")
        .contains("keep its kind no more");
    assertThat(destination.live())
        .containsEntry(TextSet.id("a"), "2")
        .containsEntry(TextSet.id("b"), "1");
  }

  @Test
  @DisplayName("a plan of which nothing else is left is held")
  void holdsAll() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    target().build().reconcile();
    source.commit("two", Map.of("a", "1"));

    ReconcileOutcome outcome = target().gate(Gate.keeping(Set.of("Text"))).build().reconcile();

    assertThat(outcome.whyHeld().orElseThrow()).contains("tck/Text b");
    assertThat(destination.live()).hasSize(2);
  }
}
