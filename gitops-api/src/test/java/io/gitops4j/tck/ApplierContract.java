package io.gitops4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every {@link io.gitops4j.apply.Applier} keeps. Extend it and say how things are made.
 *
 * @param <D> the kind of desired state
 */
public abstract class ApplierContract<D extends Desired> {
  /** A harness whose destination is empty. */
  protected abstract DestinationHarness<D> harness();

  @Test
  @DisplayName("what is planned becomes live: created, updated and removed")
  void appliesThePlan() {
    DestinationHarness<D> harness = harness();
    apply(harness, plan(harness, Map.of("a", "1", "b", "2")));

    Outcome outcome = apply(harness, plan(harness, Map.of("a", "changed", "c", "3")));

    assertThat(outcome.complete()).isTrue();
    assertThat(harness.live("a")).contains("changed");
    assertThat(harness.live("b")).isEmpty();
    assertThat(harness.live("c")).contains("3");
  }

  @Test
  @DisplayName("every change has one result, told as it happens and again at the end")
  void tellsEveryResult() {
    DestinationHarness<D> harness = harness();
    Plan<D> plan = plan(harness, Map.of("a", "1", "b", "2", "c", "3"));
    List<ChangeResult> told = new ArrayList<>();

    Outcome outcome =
        harness.destination().applier().apply(plan, told::add, OperationContext.create());

    assertThat(told).containsExactlyInAnyOrderElementsOf(outcome.results());
    assertThat(outcome.results())
        .extracting(ChangeResult::change)
        .containsExactlyElementsOf(plan.changes());
    assertThat(outcome.results())
        .extracting(ChangeResult::actuation)
        .containsOnly(Actuation.SUCCEEDED);
  }

  @Test
  @DisplayName("the stored inventory is what is owned: all that was made, nothing that was removed")
  void keepsTheInventory() {
    DestinationHarness<D> harness = harness();
    apply(harness, plan(harness, Map.of("a", "1", "b", "2")));

    Outcome outcome = apply(harness, plan(harness, Map.of("b", "2")));

    assertThat(outcome.inventory().entries()).containsOnlyKeys(harness.id("b"));
    assertThat(
            harness
                .destination()
                .inventory()
                .load(harness.target(), OperationContext.create())
                .entries())
        .isEqualTo(outcome.inventory().entries());
  }

  @Test
  @DisplayName("what moved since it was compared is not overwritten, and stays owned")
  void refusesWhatMoved() {
    DestinationHarness<D> harness = harness();
    apply(harness, plan(harness, Map.of("a", "1")));
    Plan<D> stale = plan(harness, Map.of("a", "2"));
    harness.drift("a", "moved");

    Outcome outcome = apply(harness, stale);

    assertThat(outcome.complete()).isFalse();
    assertThat(outcome.results().get(0).failure()).isPresent();
    assertThat(harness.live("a")).contains("moved");
    assertThat(outcome.inventory().entries()).containsKey(harness.id("a"));
  }

  @Test
  @DisplayName("a thing that is gone already is removed without an error")
  void removesWhatIsGone() {
    DestinationHarness<D> harness = harness();
    apply(harness, plan(harness, Map.of("a", "1", "b", "2")));
    Plan<D> plan = plan(harness, Map.of("a", "1"));
    harness.vanish("b");

    Outcome outcome = apply(harness, plan);

    assertThat(outcome.complete()).isTrue();
    assertThat(outcome.inventory().entries()).containsOnlyKeys(harness.id("a"));
  }

  @Test
  @DisplayName("a cancelled pass writes nothing")
  void stopsWhenCancelled() {
    DestinationHarness<D> harness = harness();
    Plan<D> plan = plan(harness, Map.of("a", "1"));
    OperationContext context = OperationContext.create();
    context.cancel();

    assertThatThrownBy(() -> harness.destination().applier().apply(plan, result -> {}, context))
        .isInstanceOf(OperationCancelledException.class);

    assertThat(harness.live("a")).isEmpty();
  }

  private static <D extends Desired> Plan<D> plan(
      DestinationHarness<D> harness, Map<String, String> things) {
    return harness
        .destination()
        .differ()
        .diff(harness.desired(things), harness.target(), OperationContext.create());
  }

  private static <D extends Desired> Outcome apply(DestinationHarness<D> harness, Plan<D> plan) {
    return harness.destination().applier().apply(plan, result -> {}, OperationContext.create());
  }
}
