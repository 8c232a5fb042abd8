package io.gitops4j.internal.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TurnTest {
  private final ExecutorService threads = Executors.newSingleThreadExecutor();
  private final AtomicReference<Thread> waiter = new AtomicReference<>();
  private final Turn turn = new Turn();

  /** Is renewed whenever it is looked at, and never tells of more. */
  private record Renewed(Duration remaining, String token) implements Permit {}

  @BeforeEach
  void somebodyElseHasIt() {
    turn.take("a pass", Stage.SOURCE, OperationContext.create());
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  private CompletableFuture<Void> waiting(OperationContext context) {
    return CompletableFuture.runAsync(
        () -> {
          waiter.set(Thread.currentThread());
          turn.take("a pass", Stage.SOURCE, context);
          turn.end();
        },
        threads);
  }

  @Test
  @DisplayName("a right to write that is renewed is no limit for the wait")
  void renewed() {
    CompletableFuture<Void> waiting =
        waiting(OperationContext.create().withPermit(new Renewed(Duration.ofMillis(50), "lease")));
    await().during(Duration.ofMillis(300)).until(() -> !waiting.isDone());

    turn.end();

    waiting.join();
  }

  @Test
  @DisplayName("a wait ends when its pass is cancelled")
  void cancelled() {
    OperationContext context = OperationContext.create();
    CompletableFuture<Void> waiting = waiting(context);
    await()
        .until(() -> waiter.get() != null && waiter.get().getState() == Thread.State.TIMED_WAITING);

    context.cancel();

    await().until(waiting::isDone);
    assertThatThrownBy(waiting::join).hasCauseInstanceOf(OperationCancelledException.class);
  }

  @Test
  @DisplayName("a wait ends with the deadline, and says what it waited for")
  void deadline() {
    CompletableFuture<Void> waiting = waiting(OperationContext.within(Duration.ofMillis(300)));

    await().until(waiting::isDone);

    assertThat(waiting).isCompletedExceptionally();
    assertThatThrownBy(waiting::join).hasMessageContaining("a pass did not end in time");
  }
}
