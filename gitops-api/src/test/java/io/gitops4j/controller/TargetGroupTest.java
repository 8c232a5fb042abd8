package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.TargetId;
import io.gitops4j.tck.InMemoryDestination;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TargetGroupTest extends ControllerHarness {
  @Test
  @DisplayName("what one of a group finds in its repository wakes none of the others")
  void wakesNone() {
    source.commit("one", Map.of("a", "1"));
    builder.targets(new Group(List.of(addressed("first"), addressed("second"))));
    GitOpsController controller = started();
    source.commit("two", Map.of("a", "2"));
    events.forget();

    controller.trigger(new TargetId("first"));
    time.work();

    assertThat(passes()).containsExactly("first APPLIED");
  }

  private ScheduledTarget addressed(String name) {
    return ScheduledTarget.of(
        described(
                name,
                new Addressed(source, "https://git.example.com/shop"),
                new InMemoryDestination())
            .build());
  }

  private record Group(List<ScheduledTarget> targets) implements TargetGroup {
    @Override
    public void connect(Consumer<TargetId> due, Executor workers, ScheduledExecutorService timer) {
      // These tell nothing.
    }
  }
}
