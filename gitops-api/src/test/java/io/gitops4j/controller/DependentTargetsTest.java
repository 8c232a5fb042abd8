package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.Digest;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Targets that run after others. */
class DependentTargetsTest extends ControllerHarness {
  @Test
  @DisplayName("a target runs after those it depends on, and says for whom it waits and why")
  void dependsOn() {
    InMemoryDestination network = new InMemoryDestination();
    InMemoryDestination shop = new InMemoryDestination();
    source.commit("one", Map.of("a", "1"));
    network.refuse(TextSet.id("a"));
    GitOpsController controller =
        started(target("shop", shop).dependsOn("network"), target("network", network));

    assertThat(passes()).containsExactly("network INCOMPLETE");
    TargetStatus waiting = controller.status(new TargetId("shop"));
    assertThat(waiting.phase()).isEqualTo(TargetPhase.BLOCKED);
    assertThat(waiting.message())
        .contains("waits for network: its pass failed")
        .contains("it refuses to be written");
    assertThat(told())
        .filteredOn(TargetEvent.Waiting.class::isInstance)
        .extracting(TargetEvent::target)
        .containsOnly(new TargetId("shop"));

    network.allow(TextSet.id("a"));
    time.advance(Duration.ofSeconds(6));

    assertThat(passes()).startsWith("network INCOMPLETE", "network APPLIED", "shop APPLIED");
  }

  @Test
  @DisplayName("targets that depend on each other in a circle are refused, and the circle printed")
  void circle() {
    builder
        .target(target("a", new InMemoryDestination()).dependsOn("b").build())
        .target(target("b", new InMemoryDestination()).dependsOn("c").build())
        .target(target("c", new InMemoryDestination()).dependsOn("b").build());

    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("b -> c -> b");
  }

  @Test
  @DisplayName("who depends on a target waits while a gate holds a part of its plan")
  void heldInPart() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    boolean[] closed = {true};
    Gate partly =
        (plan, context) ->
            closed[0]
                ? GateDecision.held(Set.of(TextSet.id("b")), "b waits for the night")
                : GateDecision.allowed();
    InMemoryDestination network = new InMemoryDestination();
    InMemoryDestination shop = new InMemoryDestination();
    GitOpsController controller =
        started(
            ScheduledTarget.builder(described("network", network).gate(partly).build())
                .interval(INTERVAL),
            target("shop", shop).dependsOn("network"));

    assertThat(passes()).containsExactly("network APPLIED");
    assertThat(network.live()).containsOnlyKeys(TextSet.id("a"));
    assertThat(controller.status(new TargetId("network")).message())
        .isEqualTo("b waits for the night");
    assertThat(controller.status(new TargetId("shop")).message())
        .contains("waits for network: it has not applied");

    closed[0] = false;
    time.advance(INTERVAL);

    assertThat(passes()).startsWith("network APPLIED", "network APPLIED", "shop APPLIED");
  }

  @Test
  @DisplayName("what a target gives flows on: when it changed, those that depend on it render anew")
  void outputsFlowOn() {
    InMemoryDestination network = new InMemoryDestination();
    InMemoryDestination shop = new InMemoryDestination();
    InMemorySource infrastructure = new InMemorySource();
    infrastructure.commit("one", Map.of("size", "16"));
    source.commit("one", Map.of("a", "1"));
    Renderer<TextSet> withSize =
        new Renderer<>() {
          @Override
          public Class<TextSet> desiredType() {
            return TextSet.class;
          }

          private String size() {
            return network.live().get(TextSet.id("size"));
          }

          @Override
          public Optional<Digest> inputs(OperationContext context) {
            return Optional.of(Digest.sha256(size()));
          }

          @Override
          public TextSet render(Snapshot snapshot, OperationContext context) {
            return new TextSet(
                snapshot.revision(), new TreeMap<>(Map.of(TextSet.id("network"), size())));
          }
        };
    GitOpsController controller =
        started(
            ScheduledTarget.builder(
                    GitOps.target("shop")
                        .source(source)
                        .renderer(withSize)
                        .destination(shop)
                        .build())
                .dependsOn("network"),
            ScheduledTarget.builder(
                GitOps.target("network")
                    .source(infrastructure)
                    .renderer(new TextSet.TextRenderer())
                    .destination(network)
                    .build()));
    assertThat(shop.live()).containsEntry(TextSet.id("network"), "16");

    infrastructure.commit("two", Map.of("size", "32"));
    controller.trigger(new TargetId("network"));
    time.work();

    assertThat(shop.live()).containsEntry(TextSet.id("network"), "32");
  }
}
