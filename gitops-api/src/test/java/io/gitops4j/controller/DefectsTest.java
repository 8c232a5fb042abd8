package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.TargetBuilder;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Stage;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.DefectStage;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Defects under a controller: where they are told to be. */
class DefectsTest extends ControllerHarness {
  @Test
  @DisplayName("a defect is told of the stage that it is in, and of none once a pass went well")
  void tellsTheStage() {
    AtomicBoolean broken = new AtomicBoolean(true);
    DefectStage heard = new DefectStage();
    source.commit("one", Map.of("a", "1"));
    TargetBuilder<TextSet> target =
        described("shop", new InMemoryDestination())
            .retry(RetryPolicy.none())
            .listener(heard)
            .gate(
                (plan, context) -> {
                  if (broken.get()) {
                    throw new NullPointerException("the gate has a defect");
                  }
                  return GateDecision.allowed();
                });
    assertThat(heard.stage()).isEqualTo(Stage.PASS);

    Failure failure =
        started(ScheduledTarget.builder(target.build()))
            .status(new TargetId("shop"))
            .quarantine()
            .orElseThrow();

    assertThat(failure.code()).isEqualTo("PASS-BROKEN");
    assertThat(failure.stage()).isEqualTo(Stage.GATE);
    assertThat(heard.stage()).isEqualTo(Stage.GATE);
    broken.set(false);
    target.build().reconcile();
    assertThat(heard.stage()).isEqualTo(Stage.PASS);
  }
}
