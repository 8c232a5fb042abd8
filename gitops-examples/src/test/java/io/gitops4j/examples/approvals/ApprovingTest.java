package io.gitops4j.examples.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ApprovedPlans;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What docs/approvals.md shows does what it says. */
class ApprovingTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final ApprovedPlans approvals = new ApprovedPlans();
  private final OperationContext context = OperationContext.create();
  private final Reconciler<TextSet> shop =
      Approving.gated(
          GitOps.target("shop")
              .source(source)
              .renderer(new TextSet.TextRenderer())
              .destination(destination),
          approvals);

  private ReconcileOutcome.Kind ask(Predicate<String> person) {
    return Approving.ask(shop, destination, approvals, person, context).kind();
  }

  @Test
  @DisplayName("what a person saw and approved is applied, and the approval is for once")
  void appliesWhatWasSeen() {
    source.commit("one", Map.of("one", "1"));

    assertThat(ask(text -> false)).isEqualTo(ReconcileOutcome.Kind.PLANNED);
    assertThat(destination.live()).isEmpty();
    assertThat(ask(text -> text.contains("CREATE"))).isEqualTo(ReconcileOutcome.Kind.APPLIED);
    assertThat(destination.live()).containsEntry(TextSet.id("one"), "1");

    destination.live().remove(TextSet.id("one"));
    assertThat(ask(text -> false)).isEqualTo(ReconcileOutcome.Kind.PLANNED);
  }

  @Test
  @DisplayName("what moved while the person looked is not applied, but shown anew")
  void appliesNothingElse() {
    source.commit("one", Map.of("one", "1"));

    ReconcileOutcome.Kind end =
        ask(
            text -> {
              source.commit("two", Map.of("one", "2"));
              return true;
            });

    assertThat(end).isEqualTo(ReconcileOutcome.Kind.PLANNED);
    assertThat(destination.live()).isEmpty();
  }
}
