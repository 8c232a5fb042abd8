package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Permit;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a controller knows of its leases. */
class LeasesTest {
  private static final TargetId FIRST = new TargetId("first");
  private static final TargetId SECOND = new TargetId("second");
  private static final String ADDRESS = "https://git.example.com/shop.git";

  private final VirtualTime time = new VirtualTime();
  private final InMemorySource source = new InMemorySource();

  private ScheduledTarget target(TargetId id) {
    return ScheduledTarget.of(
        GitOps.target(id.name())
            .source(new Addressed(source, ADDRESS))
            .renderer(new TextSet.TextRenderer())
            .destination(new InMemoryDestination())
            .build());
  }

  @Test
  @DisplayName("what was gained while somebody else looked at the leases is not lost again")
  void gainedMeanwhile() {
    source.commit("one", Map.of("a", "1"));
    GitOpsController controller =
        GitOpsController.builder()
            .workers(time.workers(), 2)
            .timer(time)
            .ticker(time::nanos)
            .target(target(FIRST))
            .target(target(SECOND))
            .leadership(new Gaining())
            .build();

    controller.start();
    time.work();

    assertThat(controller.status(FIRST).phase()).isEqualTo(TargetPhase.IDLE);
    assertThat(controller.status(FIRST).applied()).isPresent();
    assertThat(controller.status(SECOND).applied()).isPresent();
  }

  @Test
  @DisplayName("a webhook counts the targets that look: those of this replica, not suspended ones")
  void countsThoseThatLook() {
    source.commit("one", Map.of("a", "1"));
    Held leases = new Held();
    GitOpsController controller =
        GitOpsController.builder()
            .workers(time.workers(), 2)
            .timer(time)
            .ticker(time::nanos)
            .target(target(FIRST))
            .target(target(SECOND))
            .leadership(leases)
            .build();
    controller.start();
    time.work();

    assertThat(controller.triggerRepository(ADDRESS)).isEqualTo(1);
    leases.change(Set.of(FIRST, SECOND));
    assertThat(controller.triggerRepository(ADDRESS)).isEqualTo(2);
    controller.suspend(SECOND);
    assertThat(controller.triggerRepository(ADDRESS)).isEqualTo(1);
    leases.change(Set.of());
    assertThat(controller.triggerRepository(ADDRESS)).isZero();
  }

  /** Has what it is told to have; the first target to begin with. */
  private static final class Held implements Leadership {
    private Set<TargetId> held = Set.of(FIRST);
    private Runnable changed = () -> {};

    private void change(Set<TargetId> now) {
      held = now;
      changed.run();
    }

    @Override
    public void start(Map<TargetId, String> groups, Runnable onChange) {
      changed = onChange;
      onChange.run();
    }

    @Override
    public Optional<Permit> permit(TargetId target) {
      return held.contains(target) ? Optional.of(new Term()) : Optional.empty();
    }

    @Override
    public void stop(Set<TargetId> busy) {
      held = Set.of();
    }
  }

  /** Gains the first target between a look at it and one at the second. */
  private static final class Gaining implements Leadership {
    private final Set<TargetId> held = new HashSet<>(Set.of(SECOND));
    private Runnable changed = () -> {};

    @Override
    public void start(Map<TargetId, String> groups, Runnable onChange) {
      changed = onChange;
      onChange.run();
    }

    @Override
    public Optional<Permit> permit(TargetId target) {
      if (target.equals(SECOND) && held.add(FIRST)) {
        changed.run();
      }
      return held.contains(target) ? Optional.of(new Term()) : Optional.empty();
    }

    @Override
    public void stop(Set<TargetId> busy) {
      held.clear();
    }
  }

  private record Term() implements Permit {
    @Override
    public Duration remaining() {
      return Duration.ofMinutes(1);
    }

    @Override
    public String token() {
      return "term";
    }
  }
}
