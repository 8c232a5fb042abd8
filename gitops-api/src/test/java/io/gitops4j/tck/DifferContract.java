package io.gitops4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every {@link io.gitops4j.diff.Differ} keeps. Extend it and say how things are made.
 *
 * @param <D> the kind of desired state
 */
public abstract class DifferContract<D extends Desired> {
  /** A harness whose destination is empty. */
  protected abstract DestinationHarness<D> harness();

  @Test
  @DisplayName("what is not live is created, in the order of its identity, and nothing is written")
  void plansCreation() {
    DestinationHarness<D> harness = harness();

    Plan<D> plan = diff(harness, Map.of("b", "2", "a", "1"));

    assertThat(plan.changes()).extracting(Change::action).containsOnly(Action.CREATE);
    assertThat(plan.changes()).extracting(Change::reason).containsOnly(Reason.NEW);
    assertThat(plan.changes()).extracting(Change::id).isSorted();
    assertThat(harness.live("a")).isEmpty();
  }

  @Test
  @DisplayName("the plan does not depend on the order in which things are given")
  void ignoresTheOrder() {
    DestinationHarness<D> harness = harness();
    Map<String, String> one = new LinkedHashMap<>();
    one.put("a", "1");
    one.put("b", "2");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("b", "2");
    other.put("a", "1");

    assertThat(diff(harness, one).id()).isEqualTo(diff(harness, other).id());
  }

  @Test
  @DisplayName("what was applied needs nothing more")
  void findsNothingAfterApply() {
    DestinationHarness<D> harness = applied(Map.of("a", "1", "b", "2"));

    Plan<D> plan = diff(harness, Map.of("a", "1", "b", "2"));

    assertThat(plan.hasDifferences()).isFalse();
    assertThat(plan.changes()).hasSize(2);
  }

  @Test
  @DisplayName("pending changes, drift, what vanished and what is to be removed are told apart")
  void tellsReasons() {
    DestinationHarness<D> harness = applied(Map.of("a", "1", "b", "2", "c", "3", "d", "4"));
    harness.drift("b", "drifted");
    harness.vanish("c");

    Plan<D> plan = diff(harness, Map.of("a", "new", "b", "2", "c", "3"));

    assertThat(change(plan, harness, "a")).extracting(Change::reason).isEqualTo(Reason.CHANGED);
    assertThat(change(plan, harness, "b")).extracting(Change::reason).isEqualTo(Reason.DRIFTED);
    assertThat(change(plan, harness, "c")).extracting(Change::reason).isEqualTo(Reason.VANISHED);
    assertThat(change(plan, harness, "d"))
        .extracting(Change::action, Change::reason)
        .containsExactly(Action.DELETE, Reason.REMOVED);
    assertThat(change(plan, harness, "a").fields())
        .anySatisfy(
            f -> {
              assertThat(f.before().orElseThrow()).contains("1");
              assertThat(f.after().orElseThrow()).contains("new");
            });
  }

  @Test
  @DisplayName("a plan says which live version it was made from, and has another id for another")
  void bindsToTheLiveVersion() {
    DestinationHarness<D> harness = applied(Map.of("a", "1"));
    Plan<D> before = diff(harness, Map.of("a", "2"));
    Optional<LiveVersion> seen = change(before, harness, "a").live();
    harness.drift("a", "moved");

    Plan<D> after = diff(harness, Map.of("a", "2"));

    assertThat(seen).isPresent();
    assertThat(change(after, harness, "a").live()).isNotEqualTo(seen);
    assertThat(after.id()).isNotEqualTo(before.id());
  }

  @Test
  @DisplayName("a cancelled pass is not compared")
  void stopsWhenCancelled() {
    DestinationHarness<D> harness = harness();
    OperationContext context = OperationContext.create();
    context.cancel();
    D desired = harness.desired(Map.of("a", "1"));

    assertThatThrownBy(
            () -> harness.destination().differ().diff(desired, harness.target(), context))
        .isInstanceOf(OperationCancelledException.class);
  }

  @Test
  @DisplayName("the differ names the kind of desired state that it takes")
  void namesItsType() {
    DestinationHarness<D> harness = harness();

    assertThat(harness.desired(Map.of("a", "1")))
        .isInstanceOf(harness.destination().differ().desiredType());
  }

  private DestinationHarness<D> applied(Map<String, String> things) {
    DestinationHarness<D> harness = harness();
    Plan<D> plan = diff(harness, things);
    assertThat(
            harness
                .destination()
                .applier()
                .apply(plan, result -> {}, OperationContext.create())
                .complete())
        .isTrue();
    return harness;
  }

  private static <D extends Desired> Plan<D> diff(
      DestinationHarness<D> harness, Map<String, String> things) {
    return harness
        .destination()
        .differ()
        .diff(harness.desired(things), harness.target(), OperationContext.create());
  }

  private static <D extends Desired> Change change(
      Plan<D> plan, DestinationHarness<D> harness, String name) {
    return plan.changes().stream()
        .filter(c -> c.id().equals(harness.id(name)))
        .findFirst()
        .orElseThrow();
  }
}
