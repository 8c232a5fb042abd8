package io.gitops4j.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gates that come with the library, and more than one of them. */
class GateTest {
  private final OperationContext automatic = OperationContext.create();
  private final OperationContext manual = automatic.withTrigger(Trigger.MANUAL);

  @Test
  @DisplayName("a suspended target is held, also for whoever asks for a sync")
  void suspends() {
    Gate gate = Gate.suspended("an annotation");

    assertThat(gate.decide(plan("main"), automatic).whyHeld().orElseThrow())
        .contains("suspended by an annotation");
    assertThat(gate.decide(plan("main"), manual).kind()).isEqualTo(GateDecision.Kind.HELD);
  }

  @Test
  @DisplayName("what is synced by hand waits until somebody asks")
  void waitsToBeAsked() {
    Gate gate = Gate.onlyAsked("it is synced by hand");

    assertThat(gate.decide(plan("main"), automatic).kind()).isEqualTo(GateDecision.Kind.HELD);
    assertThat(gate.decide(plan("main"), manual)).isEqualTo(GateDecision.allowed());
  }

  @ParameterizedTest(name = "{0} of {1}: {2}")
  @DisplayName("a plan of another branch is held, however alike the names are")
  @CsvSource({
    "main, main, ALLOWED",
    "main, refs/heads/main, ALLOWED",
    "refs/heads/main, main, ALLOWED",
    "main, notmain, HELD",
    "main, feature/main, HELD",
    "main, mainline, HELD",
    "main, refs/tags/main, HELD",
    "feature/main, main, HELD"
  })
  void goesByTheBranch(String branch, String reference, GateDecision.Kind kind) {
    assertThat(Gate.onlyFrom(branch).decide(plan(reference), automatic).kind()).isEqualTo(kind);
  }

  @Test
  @DisplayName("an approval opens its own plan and no other")
  void goesByTheApprovedPlan() {
    Plan<TextSet> plan = plan("main");
    Gate gate = Gate.approval((target, id) -> id.equals(plan.id()));
    Plan<TextSet> other =
        Plan.of(new TargetId("other"), plan.desired(), plan.inventory(), plan.changes());

    assertThat(gate.decide(plan, automatic)).isEqualTo(GateDecision.allowed());
    assertThat(gate.decide(other, manual).kind()).isEqualTo(GateDecision.Kind.HELD);
  }

  @Test
  @DisplayName("a kind that is kept is not replaced either, which would remove it first")
  void keepsFromReplacement() {
    Plan<TextSet> plan = plan("main");
    Change replacement = PlannedChanges.replacement("a");
    Plan<TextSet> replacing =
        Plan.of(plan.target(), plan.desired(), plan.inventory(), List.of(replacement));

    assertThat(Gate.keeping(Set.of("Text")).decide(replacing, manual).whyHeld().orElseThrow())
        .contains("removes or replaces tck/Text a");
  }

  @Test
  @DisplayName("what one gate lets through in part is asked of the next one, too")
  void asksAllOfThem() {
    InMemorySource source = new InMemorySource();
    InMemoryDestination destination = new InMemoryDestination();
    Gate keeping = Gate.keeping(Set.of("Text"));
    source.commit("one", Map.of("a", "1", "b", "1"));
    pass(source, destination, keeping, (plan, context) -> GateDecision.allowed());
    source.commit("two", Map.of("a", "2"));

    ReconcileOutcome outcome = pass(source, destination, keeping, Gate.suspended("an annotation"));

    assertThat(outcome.kind()).isEqualTo(Kind.PLANNED);
    assertThat(outcome.whyHeld().orElseThrow()).contains("suspended");
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  private static ReconcileOutcome pass(
      InMemorySource source, InMemoryDestination destination, Gate first, Gate second) {
    return GitOps.target("gates")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(destination)
        .gate(first)
        .gate(second)
        .build()
        .reconcile();
  }

  private static Plan<TextSet> plan(String reference) {
    Revision revision = new Revision(reference, Digest.sha256("one"), Optional.empty());
    TextSet desired = new TextSet(revision, Collections.emptySortedMap());
    return Plan.of(new TargetId("gates"), desired, Inventory.empty(), List.of());
  }
}
