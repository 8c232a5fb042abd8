package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.TargetBuilder;
import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Trigger;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which plan of a target waits for an approval. */
class HeldPlanTest extends ControllerHarness {
  private static final TargetId SHOP = new TargetId("shop");

  private final InMemoryDestination destination = new InMemoryDestination();
  private final Set<PlanId> approved = new HashSet<>();

  private TargetBuilder<TextSet> target() {
    return described(SHOP.name(), destination);
  }

  private GitOpsController started(Gate gate) {
    return started(target().gate(gate));
  }

  private GitOpsController started(TargetBuilder<TextSet> target) {
    return started(ScheduledTarget.builder(target.build()));
  }

  @Test
  @DisplayName("the plan that the status names is the one whose approval lets it be applied")
  void namesWhatToApprove() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller = started(Gate.approval((target, plan) -> approved.contains(plan)));
    Optional<PlanId> held = controller.status(SHOP).held();

    approved.add(held.orElseThrow());
    controller.trigger(SHOP);
    time.work();

    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
    assertThat(controller.status(SHOP).held()).isEmpty();
  }

  @Test
  @DisplayName("an approval lets the very plan go on where a trigger asks for more than that")
  void goesOn() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    Gate onlyByHand =
        (plan, context) ->
            context.trigger() == Trigger.MANUAL
                ? GateDecision.allowed()
                : GateDecision.held(Set.of(TextSet.id("b")), "b is written by hand");
    GitOpsController controller =
        started(
            target()
                .gate(onlyByHand)
                .gate(Gate.approval((target, plan) -> approved.contains(plan))));
    PlanId held = controller.status(SHOP).held().orElseThrow();

    controller.trigger(SHOP);
    time.work();
    assertThat(controller.status(SHOP).held()).isPresent().isNotEqualTo(Optional.of(held));
    approved.add(held);
    controller.approved(SHOP);
    time.work();

    assertThat(destination.live()).containsOnlyKeys(TextSet.id("a"));
  }

  @Test
  @DisplayName("what is left of a plan is named once the rest of it is applied")
  void namesWhatIsLeft() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    GitOpsController controller =
        started(
            ((Gate)
                    (plan, context) ->
                        GateDecision.held(Set.of(TextSet.id("b")), "b is not to be written"))
                .orApproved((target, plan) -> approved.contains(plan)));
    assertThat(destination.live()).containsOnlyKeys(TextSet.id("a"));
    assertThat(controller.status(SHOP).held()).isEmpty();

    controller.trigger(SHOP);
    time.work();
    approved.add(controller.status(SHOP).held().orElseThrow());
    controller.trigger(SHOP);
    time.work();

    assertThat(destination.live()).containsEntry(TextSet.id("b"), "1");
  }
}
