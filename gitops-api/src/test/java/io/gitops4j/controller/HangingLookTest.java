package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sources that answer a pass, and then hang when they are only looked at. On real threads. */
class HangingLookTest {
  private static final Duration INTERVAL = Duration.ofMinutes(3);
  private static final TargetId HANGS = new TargetId("hangs");

  private final VirtualTime time = new VirtualTime();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final InMemorySource source = new InMemorySource();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicBoolean end = new AtomicBoolean();
  private final InMemoryDestination other = new InMemoryDestination();
  private final List<TargetId> stuck = new CopyOnWriteArrayList<>();
  private final ControllerBuilder builder =
      GitOpsController.builder()
          .workers(workers, 1)
          .timer(time)
          .ticker(time::nanos)
          .jitter(0)
          .listener(
              new ReconcileListener() {
                @Override
                public void stuck(TargetEvent.Stuck event) {
                  stuck.add(event.target());
                }
              });

  @AfterEach
  void endThreads() {
    end.set(true);
    workers.shutdownNow();
  }

  private interface Hanging {
    void look(OperationContext context) throws InterruptedException;
  }

  /** After its first answer it hangs. */
  private record Source(InMemorySource of, AtomicInteger looks, AtomicInteger ended, Hanging how)
      implements SourceProvider {
    @Override
    public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
      if (lastSeen.isPresent()) {
        looks.incrementAndGet();
        try {
          how.look(context);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } finally {
          ended.incrementAndGet();
        }
      }
      return of.fetch(lastSeen, context);
    }

    @Override
    public void close() {
      of.close();
    }
  }

  /** A controller of a target that is quarantined at once, and so only looked at. */
  private GitOpsController quarantined(Hanging how) {
    source.commit("one", Map.of("a", "1"));
    Gate refuses =
        (plan, context) -> {
          throw new ApplyException(
              "NO", Retryability.NEVER, "hangs", "it is refused", "mend it", null);
        };
    builder.target(
        ScheduledTarget.builder(
                GitOps.target("hangs")
                    .source(new Source(source, looks, ended, how))
                    .renderer(new TextSet.TextRenderer())
                    .destination(new InMemoryDestination())
                    .gate(refuses)
                    .build())
            .interval(INTERVAL)
            .passLimit(Duration.ofMinutes(1))
            .build());
    builder.target(
        ScheduledTarget.builder(
                GitOps.target("other")
                    .source(source)
                    .renderer(new TextSet.TextRenderer())
                    .destination(other)
                    .build())
            .interval(Duration.ofDays(1))
            .build());
    GitOpsController controller = builder.build();
    controller.start();
    await().until(() -> controller.status(HANGS).quarantine().isPresent());
    await().untilAsserted(() -> assertThat(other.writes()).isEqualTo(1));
    await().until(() -> controller.status(new TargetId("other")).phase() == TargetPhase.IDLE);
    time.advance(INTERVAL);
    await().until(() -> looks.get() == 1);
    assertThat(controller.status(HANGS).phase()).isEqualTo(TargetPhase.RUNNING);
    return controller;
  }

  @Test
  @DisplayName("a look that ignores its limit is interrupted, and the target is looked at again")
  void interrupted() {
    CountDownLatch never = new CountDownLatch(1);
    GitOpsController controller = quarantined(context -> never.await());

    time.advance(Duration.ofSeconds(71));

    await().until(() -> controller.status(HANGS).phase() == TargetPhase.IDLE);
    assertThat(stuck).isEmpty();
    time.advance(INTERVAL);
    await().until(() -> looks.get() == 2);
  }

  @Test
  @DisplayName("a look that heeds nothing loses its worker to others, and is told")
  void deaf() {
    GitOpsController controller =
        quarantined(
            context -> {
              while (!end.get()) {
                Thread.onSpinWait();
              }
            });
    source.commit("two", Map.of("a", "2"));
    controller.trigger(new TargetId("other"));
    assertThat(controller.status(new TargetId("other")).phase()).isEqualTo(TargetPhase.QUEUED);

    time.advance(Duration.ofSeconds(81));

    await().untilAsserted(() -> assertThat(other.live()).containsEntry(TextSet.id("a"), "2"));
    assertThat(stuck).containsExactly(HANGS);
    end.set(true);
    await().until(() -> controller.status(HANGS).phase() != TargetPhase.RUNNING);
  }

  @Test
  @DisplayName("looks are cancelled when the controller is stopped, and waited for")
  void stops() {
    GitOpsController controller =
        quarantined(context -> context.pause(Duration.ofHours(1), Stage.SOURCE));

    assertThat(controller.stop(Duration.ZERO)).isTrue();

    assertThat(ended).hasValue(1);
  }

  @Test
  @DisplayName("a look beside a pass that ignores its limit is interrupted, too")
  void beside() {
    source.commit("one", Map.of("a", "1"));
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    Hanging once =
        context -> {
          if (looks.get() == 1) {
            try {
              never.await();
            } finally {
              interrupted.incrementAndGet();
            }
          }
        };
    Gate slow =
        (plan, context) -> {
          while (!end.get()) {
            context.pause(Duration.ofMillis(20), Stage.GATE);
          }
          return GateDecision.allowed();
        };
    builder.target(
        ScheduledTarget.builder(
                GitOps.target("hangs")
                    .source(new Source(source, looks, ended, once))
                    .renderer(new TextSet.TextRenderer())
                    .destination(other)
                    .gate(slow)
                    .build())
            .interval(Duration.ofMinutes(10))
            .build());
    GitOpsController controller = builder.build();
    controller.start();
    await().until(() -> controller.status(HANGS).revision().isPresent());
    controller.trigger(HANGS);
    await().until(() -> looks.get() == 1);
    end.set(true);
    await().until(() -> controller.status(HANGS).phase() == TargetPhase.IDLE);

    time.advance(Duration.ofMinutes(31));

    await().until(() -> interrupted.get() == 1);
    assertThat(stuck).isEmpty();
  }
}
