package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TargetGroupTest {
  private final VirtualTime time = new VirtualTime();
  private final InMemorySource source = new InMemorySource();
  private final List<String> passes = new ArrayList<>();

  @Test
  @DisplayName("what one of a group finds in its repository wakes none of the others")
  void wakesNone() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller =
        GitOpsController.builder()
            .workers(time.workers(), 2)
            .timer(time)
            .ticker(time::nanos)
            .jitter(0)
            .targets(new Group(List.of(target("first"), target("second"))))
            .listener(
                new ReconcileListener() {
                  @Override
                  public void finished(ReconcileEvent.Finished event) {
                    passes.add(event.target() + " " + event.outcome().kind());
                  }
                })
            .build();
    controller.start();
    time.work();
    source.commit("two", Map.of("a", "2"));
    passes.clear();

    controller.trigger(new TargetId("first"));
    time.work();

    assertThat(passes).containsExactly("first APPLIED");
  }

  private ScheduledTarget target(String name) {
    return ScheduledTarget.of(
        GitOps.target(name)
            .source(new Addressed(source, "https://git.example.com/shop"))
            .renderer(new TextSet.TextRenderer())
            .destination(new InMemoryDestination())
            .build());
  }

  private record Group(List<ScheduledTarget> targets) implements TargetGroup {
    @Override
    public void connect(Consumer<TargetId> due, Executor workers, ScheduledExecutorService timer) {
      // These tell nothing.
    }
  }
}
