package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.LiveListener;
import io.gitops4j.reconcile.LiveWatch;
import io.gitops4j.reconcile.OverlaidDestination;
import io.gitops4j.tck.InMemoryDestination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a controller hears of destinations that watch. */
class MovesTest extends ControllerHarness {
  private final InMemoryDestination one = new InMemoryDestination();
  private final List<LiveListener> listening = new ArrayList<>();

  @Test
  @DisplayName(
      "a target runs when something of it moved, and a stopped controller is kept by nobody")
  void letsGo() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller =
        started(seldom("one", one), seldom("two", new InMemoryDestination()));
    assertThat(passes()).containsExactlyInAnyOrder("one APPLIED", "two APPLIED");
    assertThat(listening).hasSize(2);
    events.forget();

    one.live().clear();
    tell("one");
    tell("somebody-elses");
    time.advance(Duration.ofMinutes(1));
    assertThat(passes()).containsExactly("one APPLIED");

    assertThat(controller.stop(Duration.ZERO)).isTrue();
    assertThat(listening).isEmpty();
  }

  private void tell(String target) {
    Optional<ResourceId> anything = Optional.empty();
    List.copyOf(listening).forEach(l -> l.moved(new TargetId(target), anything));
  }

  private ScheduledTarget.Builder seldom(String name, InMemoryDestination to) {
    return ScheduledTarget.builder(described(name, source, new Watching(to)).build())
        .interval(Duration.ofHours(3));
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
