package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where a bug of somebody's ended a pass. */
class BrokenStageTest {
  private final List<Stage> heard = new ArrayList<>();
  private final InMemorySource source = new InMemorySource();

  @Test
  @DisplayName(
      "a bug of a renderer is told as one of rendering, a bug of a gate as one of the gate")
  void tellsTheStage() {
    source.commit("one", Map.of("a", "1"));
    Renderer<TextSet> buggy =
        new Renderer<>() {
          @Override
          public Class<TextSet> desiredType() {
            return TextSet.class;
          }

          @Override
          public TextSet render(Snapshot snapshot, OperationContext context) {
            throw new IllegalStateException("bug");
          }
        };

    assertThatThrownBy(() -> target(buggy).build().reconcile())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                target(new TextSet.TextRenderer())
                    .gate(
                        (plan, context) -> {
                          throw new IllegalStateException("bug");
                        })
                    .build()
                    .reconcile())
        .isInstanceOf(IllegalStateException.class);

    assertThat(heard).containsExactly(Stage.RENDER, Stage.GATE);
  }

  private TargetBuilder<TextSet> target(Renderer<TextSet> renderer) {
    return GitOps.target("test")
        .source(source)
        .renderer(renderer)
        .destination(new InMemoryDestination())
        .listener(
            new ReconcileListener() {
              @Override
              public void finished(ReconcileEvent.Finished event) {
                heard.add(event.outcome().firstFailure().orElseThrow().stage());
              }
            });
  }
}
