package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.PruneBudget;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one pass does, and when it is run again. */
class ReconcilerTest extends TargetHarness {
  @Test
  @DisplayName("an unchanged revision renders nothing again, but is compared")
  void comparesWithoutRendering() {
    source.commit("one", Map.of("a", "1"));
    Reconciler<TextSet> reconciler = target().build();
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    destination.live().put(TextSet.id("a"), "drifted");

    ReconcileOutcome.Applied healed = (ReconcileOutcome.Applied) reconciler.reconcile();

    assertThat(healed.plan().changes()).extracting(Change::reason).containsExactly(Reason.DRIFTED);
    assertThat(renderer.renders()).isEqualTo(1);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("a plan writes nothing")
  void plansOnly() {
    source.commit("one", Map.of("a", "1"));

    assertThat(target().build().plan(OperationContext.create()).kind()).isEqualTo(Kind.PLANNED);

    assertThat(destination.writes()).isZero();
  }

  @Test
  @DisplayName("an approved plan passes, and its approval is void once the live state moved")
  void approvesByPlanId() {
    Set<PlanId> approved = new HashSet<>();
    Reconciler<TextSet> reconciler =
        target().gate(Gate.approval((id, plan) -> approved.contains(plan))).build();
    source.commit("one", Map.of("a", "1"));
    approved.add(((ReconcileOutcome.Planned) reconciler.reconcile()).plan().id());
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);

    source.commit("two", Map.of("a", "2"));
    approved.add(((ReconcileOutcome.Planned) reconciler.reconcile()).plan().id());
    destination.live().put(TextSet.id("a"), "moved");

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName("a plan over the prune budget is held and says why")
  void holdsOverBudget() {
    Reconciler<TextSet> reconciler = target().gate(new PruneBudget(10, 0.5)).build();
    source.commit("one", Map.of("a", "1", "b", "2", "c", "3"));
    reconciler.reconcile();
    source.commit("two", Map.of("a", "1"));

    ReconcileOutcome.Planned held = (ReconcileOutcome.Planned) reconciler.reconcile();

    assertThat(held.reason()).contains("2 of 3");
    assertThat(destination.live()).hasSize(3);
  }

  @Test
  @DisplayName("a pass that failed is run again, as often as its policy allows")
  void runsFailedPassesAgain() {
    source.commit("one", Map.of("a", "1"));
    destination.refuse(TextSet.id("a"));
    List<ReconcileOutcome> passes = new ArrayList<>();
    ReconcileListener mending =
        new ReconcileListener() {
          @Override
          public void finished(ReconcileEvent.Finished event) {
            passes.add(event.outcome());
            if (passes.size() == 3) {
              destination.allow(TextSet.id("a"));
            }
          }
        };
    RetryPolicy five = new RetryPolicy(5, Duration.ofMillis(1), 2, Duration.ofMillis(4));

    ReconcileOutcome end = target().retry(five).listener(mending).build().reconcile();

    assertThat(end.kind()).isEqualTo(Kind.APPLIED);
    assertThat(passes).hasSize(4);
    destination.refuse(TextSet.id("b"));
    source.commit("two", Map.of("a", "1", "b", "2"));
    assertThat(target().build().reconcile().kind()).isEqualTo(Kind.INCOMPLETE);
  }

  @Test
  @DisplayName("a part that fails leaves the pass incomplete, and is in the history")
  void reportsParts() {
    destination.refuse(TextSet.id("b"));
    source.commit("one", Map.of("a", "1", "b", "2"));
    Reconciler<TextSet> reconciler = target().build();

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.INCOMPLETE);

    assertThat(destination.history().list(reconciler.target(), OperationContext.create()))
        .singleElement()
        .satisfies(e -> assertThat(e.outcome()).isEqualTo(Kind.INCOMPLETE))
        .satisfies(e -> assertThat(e.lines()).hasSize(2));
  }

  @Test
  @DisplayName("a passing fault is tried again, a lasting one is not, and a bug passes through")
  void retriesWhatMayPass() {
    source.commit("one", Map.of("a", "1"));
    assertThat(failing(1, Retryability.RETRY).kind()).isEqualTo(Kind.APPLIED);
    assertThat(failing(1, Retryability.NEVER).kind()).isEqualTo(Kind.FAILED);
    SourceProvider bug =
        new SourceProvider() {
          @Override
          public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
            throw new IllegalStateException("bug");
          }

          @Override
          public void close() {
            // Nothing is held.
          }
        };
    assertThatThrownBy(() -> target(bug).build().reconcile())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("a pass without time left fails as cancelled and writes nothing")
  void endsInTime() {
    source.commit("one", Map.of("a", "1"));
    OperationContext context = OperationContext.within(Duration.ofNanos(1));

    ReconcileOutcome outcome = target().build().reconcile(context);

    assertThat(((ReconcileOutcome.Failed) outcome).failure().code())
        .isEqualTo("OPERATION-CANCELLED");
    assertThat(destination.writes()).isZero();
  }

  @Property(tries = 100)
  @Label("whatever is committed: apply makes live equal desired, and a second pass writes nothing")
  void converges(@ForAll @Size(min = 1, max = 4) List<Map<Character, Integer>> commits) {
    Reconciler<TextSet> reconciler =
        target()
            .policy(
                SyncPolicy.standard()
                    .withEmpty(SyncPolicy.Empty.ALLOW)
                    .withShrink(SyncPolicy.Shrink.off()))
            .build();
    for (Map<Character, Integer> commit : commits) {
      Map<String, String> files = new HashMap<>();
      commit.forEach((k, v) -> files.put("f" + (int) k, String.valueOf(v)));
      source.commit("c" + commits.indexOf(commit), files);

      assertThat(reconciler.reconcile().kind()).isIn(Kind.APPLIED, Kind.IN_SYNC);
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
      assertThat(destination.live()).hasSize(files.size());
    }
  }

  private ReconcileOutcome failing(int times, Retryability retryability) {
    int[] left = {times};
    SourceProvider flaky =
        new SourceProvider() {
          @Override
          public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
            if (left[0]-- > 0) {
              throw new SourceException("TEST", retryability, "x", "failed", "wait", null);
            }
            return source.fetch(lastSeen, context);
          }

          @Override
          public void close() {
            // Nothing is held.
          }
        };
    return target(flaky).build().reconcile();
  }
}
