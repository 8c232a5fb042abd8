package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A controller that is stopped while a worker tells a slow listener what follows from a pass. */
class StoppingTest {
  private final VirtualTime time = new VirtualTime();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final InMemorySource source = new InMemorySource();
  private final List<String> passes = new CopyOnWriteArrayList<>();
  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);

  @AfterEach
  void endThreads() {
    workers.shutdownNow();
  }

  private ScheduledTarget target(String name, InMemoryDestination to) {
    return ScheduledTarget.of(
        GitOps.target(name)
            .source(source)
            .renderer(new TextSet.TextRenderer())
            .destination(to)
            .build());
  }

  /** The first pass fails, which a slow listener is told before the second one begins. */
  private GitOpsController betweenPasses() {
    source.commit("one", Map.of("a", "1"));
    InMemoryDestination refusing = new InMemoryDestination();
    refusing.refuse(TextSet.id("a"));
    GitOpsController controller =
        GitOpsController.builder()
            .workers(workers, 1)
            .timer(time)
            .ticker(time::nanos)
            .target(target("first", refusing))
            .target(target("second", new InMemoryDestination()))
            .listener(
                new ReconcileListener() {
                  @Override
                  public void started(ReconcileEvent.Started event) {
                    passes.add(event.target().name());
                  }

                  @Override
                  public void retrying(TargetEvent.Retrying event) {
                    told.countDown();
                    try {
                      goesOn.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }
                })
            .build();
    controller.start();
    await().until(() -> told.getCount() == 0);
    return controller;
  }

  @Test
  @DisplayName("what was decided before the controller was stopped does not begin afterwards")
  void beginsNothing() throws Exception {
    GitOpsController controller = betweenPasses();
    CompletableFuture<Boolean> stop =
        CompletableFuture.supplyAsync(() -> controller.stop(Duration.ofSeconds(20)), workers);
    await().until(time::silent);

    goesOn.countDown();

    assertThat(stop.get()).isTrue();
    assertThat(passes).containsExactly("first");
    workers.shutdown();
    await().until(workers::isTerminated);
    assertThat(passes).containsExactly("first");
  }

  @Test
  @DisplayName("who stops a controller waits until listeners were told what followed from a pass")
  void waitsForListeners() {
    GitOpsController controller = betweenPasses();
    CompletableFuture<Boolean> stop =
        CompletableFuture.supplyAsync(() -> controller.stop(Duration.ofSeconds(20)), workers);
    await().until(time::silent);
    await().during(Duration.ofMillis(200)).until(() -> !stop.isDone());

    goesOn.countDown();

    assertThat(stop.join()).isTrue();
  }
}
