package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.LiveListener;
import io.gitops4j.reconcile.LiveWatch;
import io.gitops4j.reconcile.OverlaidDestination;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a controller hears of destinations that watch. */
class MovesTest {
  private final VirtualTime time = new VirtualTime();
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination one = new InMemoryDestination();
  private final List<LiveListener> listening = new ArrayList<>();
  private final List<String> passes = new ArrayList<>();

  @Test
  @DisplayName(
      "a target runs when something of it moved, and a stopped controller is kept by nobody")
  void letsGo() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller = controller();
    controller.start();
    time.work();
    assertThat(passes).containsExactlyInAnyOrder("one APPLIED", "two APPLIED");
    assertThat(listening).hasSize(2);
    passes.clear();

    one.live().clear();
    tell("one");
    tell("somebody-elses");
    time.advance(Duration.ofMinutes(1));
    assertThat(passes).containsExactly("one APPLIED");

    assertThat(controller.stop(Duration.ZERO)).isTrue();
    assertThat(listening).isEmpty();
  }

  private void tell(String target) {
    Optional<ResourceId> anything = Optional.empty();
    List.copyOf(listening).forEach(l -> l.moved(new TargetId(target), anything));
  }

  private GitOpsController controller() {
    ControllerBuilder builder =
        GitOpsController.builder()
            .workers(time.workers(), 2)
            .timer(time)
            .ticker(time::nanos)
            .clock(time.wall())
            .jitter(0)
            .listener(
                new ReconcileListener() {
                  @Override
                  public void finished(ReconcileEvent.Finished event) {
                    passes.add(event.target() + " " + event.outcome().kind());
                  }
                });
    return builder
        .target(target("one", one))
        .target(target("two", new InMemoryDestination()))
        .build();
  }

  private ScheduledTarget target(String name, InMemoryDestination to) {
    return ScheduledTarget.builder(
            GitOps.target(name)
                .source(source)
                .renderer(new TextSet.TextRenderer())
                .destination(new Watching(to))
                .build())
        .interval(Duration.ofHours(3))
        .build();
  }

  private final class Watching extends OverlaidDestination {
    Watching(InMemoryDestination base) {
      super(base);
    }

    @Override
    public Optional<LiveWatch> watch(LiveListener listener) {
      listening.add(listener);
      return Optional.of(() -> listening.remove(listener));
    }
  }
}
