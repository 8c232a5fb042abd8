package io.gitops4j.examples.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What docs/rollback.md shows does what it says. */
class GoingBackTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final OperationContext context = OperationContext.create();
  private final Reconciler<TextSet> reconciler =
      GitOps.target("shop")
          .source(source)
          .renderer(new TextSet.TextRenderer())
          .destination(destination)
          .build();

  private void applied(String text) {
    source.commit(text, Map.of("one", text));
    reconciler.reconcile(context);
  }

  @Test
  @DisplayName(
      "it goes back to the revision before, also after the newest one was healed, and forward again")
  void goesBackBehindWhatWasHealed() {
    applied("1");
    applied("2");
    destination.live().put(TextSet.id("one"), "drifted");
    reconciler.reconcile(context);

    ReconcileOutcome shown = GoingBack.rollback(reconciler, destination, plan -> false, context);

    assertThat(shown.kind()).isEqualTo(ReconcileOutcome.Kind.PLANNED);
    assertThat(destination.live()).containsEntry(TextSet.id("one"), "2");
    GoingBack.rollback(reconciler, destination, plan -> true, context);
    assertThat(destination.live()).containsEntry(TextSet.id("one"), "1");
    GoingBack.release(reconciler, context);
    assertThat(destination.live()).containsEntry(TextSet.id("one"), "2");
  }
}
