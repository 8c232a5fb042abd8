package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What somebody sees, and others hear, of a pass that stops at the plan. */
class LookTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();

  @Test
  @DisplayName("a notifier hears of a held plan once somebody wanted to apply it, not at each look")
  void looksAreNotHeld() {
    List<String> told = new ArrayList<>();
    source.commit("one", Map.of("a", "1"));
    Reconciler<TextSet> reconciler =
        target()
            .gate((plan, context) -> GateDecision.held("closed"))
            .listener(
                new ReconcileListener() {
                  @Override
                  public void held(ReconcileEvent.Held event) {
                    told.add("held " + event.reason());
                  }

                  @Override
                  public void finished(ReconcileEvent.Finished event) {
                    told.add(event.outcome().kind() + (event.applies() ? "" : " at a look"));
                  }
                })
            .build();

    assertThat(reconciler.plan(OperationContext.create()).kind()).isEqualTo(Kind.PLANNED);
    assertThat(told).containsExactly("PLANNED at a look");
    told.clear();
    reconciler.reconcile();

    assertThat(told).containsExactly("held closed", "PLANNED");
  }

  private TargetBuilder<TextSet> target() {
    return GitOps.target("test")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(destination);
  }
}
