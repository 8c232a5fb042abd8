package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Permit;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a controller is lent throws between passes, where no pass is there to fail. */
class ThrowingPartsTest {
  private final VirtualTime time = new VirtualTime();
  private final InMemorySource source = new InMemorySource();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final AtomicInteger thrown = new AtomicInteger();

  private ControllerBuilder builder(Executor workers) {
    source.commit("one", Map.of("a", "1"));
    return GitOpsController.builder()
        .workers(workers, 1)
        .timer(time)
        .ticker(time::nanos)
        .clock(time.wall())
        .jitter(0);
  }

  private ScheduledTarget target(String name, InMemoryDestination to) {
    return ScheduledTarget.of(
        GitOps.target(name)
            .source(source)
            .renderer(new TextSet.TextRenderer())
            .destination(to)
            .build());
  }

  @Test
  @DisplayName("a listener that throws an error costs no target its pass")
  void listener() {
    InMemoryDestination bad = new InMemoryDestination();
    InMemoryDestination good = new InMemoryDestination();
    bad.refuse(TextSet.id("a"));
    GitOpsController controller =
        builder(time.workers())
            .target(target("bad", bad))
            .target(target("good", good))
            .listener(
                new ReconcileListener() {
                  @Override
                  public void retrying(TargetEvent.Retrying event) {
                    thrown.incrementAndGet();
                    throw new AssertionError("the listener is broken");
                  }
                })
            .build();
    controller.start();

    time.work();

    assertThat(thrown).hasPositiveValue();
    assertThat(good.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("a pass that the executor cannot begin for want of a thread is tried again")
  void executor() {
    InMemoryDestination to = new InMemoryDestination();
    Executor workers =
        task -> {
          if (broken.get()) {
            thrown.incrementAndGet();
            throw new OutOfMemoryError("unable to create native thread");
          }
          time.workers().execute(task);
        };
    GitOpsController controller = builder(workers).target(target("shop", to)).build();
    broken.set(true);

    controller.start();

    assertThat(thrown).hasPositiveValue();
    broken.set(false);
    time.advance(Duration.ofSeconds(10));
    assertThat(to.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("a pass whose leadership throws is tried again, and the others run")
  void leadership() {
    InMemoryDestination shop = new InMemoryDestination();
    InMemoryDestination other = new InMemoryDestination();
    GitOpsController controller =
        builder(time.workers())
            .target(target("shop", shop))
            .target(target("other", other))
            .leadership(new Breaking())
            .build();
    controller.start();
    time.work();
    broken.set(true);
    source.commit("two", Map.of("a", "2"));
    controller.trigger(new TargetId("shop"));
    assertThat(thrown).hasPositiveValue();
    broken.set(false);

    controller.trigger(new TargetId("other"));
    time.work();
    assertThat(other.live()).containsEntry(TextSet.id("a"), "2");

    time.advance(Duration.ofSeconds(10));
    assertThat(shop.live()).containsEntry(TextSet.id("a"), "2");
  }

  private final class Breaking implements Leadership {
    @Override
    public void start(Map<TargetId, String> groups, Runnable changed) {
      changed.run();
    }

    @Override
    public Optional<Permit> permit(TargetId target) {
      if (broken.get()) {
        thrown.incrementAndGet();
        throw new NoSuchMethodError("leases");
      }
      return Optional.of(
          new Permit() {
            @Override
            public Duration remaining() {
              return Duration.ofMinutes(1);
            }

            @Override
            public String token() {
              return "term";
            }
          });
    }

    @Override
    public void stop(Set<TargetId> busy) {
      // Nothing is given back.
    }
  }
}
