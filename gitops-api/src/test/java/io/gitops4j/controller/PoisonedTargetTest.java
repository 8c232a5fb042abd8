package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Targets whose renderers do what no renderer should, on real threads. */
class PoisonedTargetTest {
  private final VirtualTime time = new VirtualTime();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final InMemorySource source = new InMemorySource();
  private final AtomicBoolean end = new AtomicBoolean();
  private final ControllerBuilder builder =
      GitOpsController.builder().workers(workers, 3).timer(time).ticker(time::nanos).jitter(0);
  private final List<InMemoryDestination> healthy = new ArrayList<>();

  @AfterEach
  void endThreads() {
    end.set(true);
    workers.shutdownNow();
  }

  private interface Poison {
    void drink() throws InterruptedException;
  }

  private void poisoned(String name, Poison poison) {
    Renderer<TextSet> renderer =
        new Renderer<>() {
          @Override
          public Class<TextSet> desiredType() {
            return TextSet.class;
          }

          @Override
          public TextSet render(Snapshot snapshot, OperationContext context) {
            try {
              poison.drink();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            context.checkActive(io.gitops4j.error.Stage.RENDER);
            throw new IllegalStateException("not reached");
          }
        };
    builder.target(
        ScheduledTarget.builder(
                GitOps.target(name)
                    .source(source)
                    .renderer(renderer)
                    .destination(new InMemoryDestination())
                    .build())
            .passLimit(Duration.ofMinutes(1))
            .build());
  }

  private void healthy(int count) {
    for (int i = 0; i < count; i++) {
      InMemoryDestination to = new InMemoryDestination();
      healthy.add(to);
      builder.target(
          ScheduledTarget.of(
              GitOps.target("healthy-" + i)
                  .source(source)
                  .renderer(new TextSet.TextRenderer())
                  .destination(to)
                  .build()));
    }
  }

  private static void deeper() {
    deeper();
  }

  @Test
  @DisplayName(
      "fault 50: of 100 targets one throws, one overflows the stack, one hangs: 97 go on, and each"
          + " poisoned one says what it is")
  void othersGoOn() {
    source.commit("one", Map.of("a", "1"));
    CountDownLatch never = new CountDownLatch(1);
    poisoned("hangs", never::await);
    poisoned(
        "throws",
        () -> {
          throw new AssertionError("poison");
        });
    poisoned("overflows", PoisonedTargetTest::deeper);
    healthy(97);
    GitOpsController controller = builder.build();
    controller.start();

    await()
        .untilAsserted(
            () ->
                assertThat(healthy)
                    .allSatisfy(to -> assertThat(to.live()).containsEntry(TextSet.id("a"), "1")));
    await()
        .untilAsserted(
            () -> {
              assertThat(controller.status(new TargetId("throws")).message()).contains("poison");
              assertThat(controller.status(new TargetId("overflows")).message())
                  .contains("StackOverflowError");
            });
    TargetId hangs = new TargetId("hangs");
    assertThat(controller.status(hangs).phase()).isEqualTo(TargetPhase.RUNNING);

    // Its limit and the interrupt, and not yet its next try, which would hang as well.
    time.advance(Duration.ofSeconds(71));

    await()
        .untilAsserted(
            () -> assertThat(controller.status(hangs).last()).isEqualTo(Optional.of(Kind.FAILED)));
    assertThat(controller.status(hangs).message()).contains("the thread was interrupted");
    assertThat(controller.stop(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  @DisplayName(
      "fault 50: passes that heed nothing lose their workers to others, and run no second time")
  void deafPasses() {
    source.commit("one", Map.of("a", "1"));
    CountDownLatch begun = new CountDownLatch(3);
    for (String name : List.of("deaf-1", "deaf-2", "deaf-3")) {
      poisoned(
          name,
          () -> {
            begun.countDown();
            while (!end.get()) {
              Thread.onSpinWait();
            }
          });
    }
    healthy(10);
    GitOpsController controller = builder.build();
    controller.start();
    await().until(() -> begun.getCount() == 0);
    assertThat(healthy).allSatisfy(to -> assertThat(to.live()).isEmpty());

    time.advance(Duration.ofMinutes(2));

    await()
        .untilAsserted(
            () ->
                assertThat(healthy)
                    .allSatisfy(to -> assertThat(to.live()).containsEntry(TextSet.id("a"), "1")));
    assertThat(controller.status(new TargetId("deaf-1")).phase()).isEqualTo(TargetPhase.RUNNING);
    end.set(true);
    await()
        .untilAsserted(
            () ->
                assertThat(controller.status(new TargetId("deaf-1")).phase())
                    .isNotEqualTo(TargetPhase.RUNNING));
  }
}
