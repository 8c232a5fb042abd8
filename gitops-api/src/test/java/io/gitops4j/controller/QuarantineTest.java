package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Targets whose passes fail, and those that somebody overwrites again and again. */
class QuarantineTest extends ControllerHarness {
  @Test
  @DisplayName("a revision that fails is tried again with growing waits, then left alone")
  void quarantines() {
    InMemoryDestination to = new InMemoryDestination();
    to.refuse(TextSet.id("a"));
    source.commit("bad", Map.of("a", "1"));
    TargetId shop = new TargetId("shop");
    GitOpsController controller =
        started(
            target("shop", to)
                .retry(new RetryPolicy(2, Duration.ofSeconds(5), 2, Duration.ofMinutes(1))));
    time.advance(Duration.ofSeconds(5));
    time.advance(Duration.ofSeconds(10));
    assertThat(passes()).hasSize(3);

    time.advance(Duration.ofHours(5));

    assertThat(passes()).hasSize(3);
    TargetStatus status = controller.status(shop);
    assertThat(status.failed()).isEqualTo(3);
    assertThat(status.quarantine()).isPresent();
    assertThat(told()).last().isInstanceOf(TargetEvent.Quarantined.class);
    assertThat(status.next()).isEmpty();
  }

  @Test
  @DisplayName("a webhook does not try a quarantined revision again, somebody who asks does")
  void liftsQuarantine() {
    InMemoryDestination to = new InMemoryDestination();
    to.refuse(TextSet.id("a"));
    source.commit("bad", Map.of("a", "1"));
    RetryPolicy once = new RetryPolicy(0, Duration.ofSeconds(5), 2, Duration.ofMinutes(1));
    builder.target(
        ScheduledTarget.builder(
                GitOps.target("shop")
                    .source(new Addressed(source, "https://git.example.com/shop.git"))
                    .renderer(new TextSet.TextRenderer())
                    .destination(to)
                    .build())
            .retry(once)
            .build());
    GitOpsController controller = started();
    events.forget();

    assertThat(controller.triggerRepository("git@git.example.com:shop")).isEqualTo(1);
    time.work();
    assertThat(passes()).isEmpty();

    to.allow(TextSet.id("a"));
    controller.trigger(new TargetId("shop"));
    time.work();
    assertThat(passes()).containsExactly("shop APPLIED");
    assertThat(controller.status(new TargetId("shop")).quarantine()).isEmpty();
  }

  @Test
  @DisplayName("a newer revision ends quarantine at the next look, and a wait before its end")
  void newerRevisionPreempts() {
    InMemoryDestination to = new InMemoryDestination();
    to.refuse(TextSet.id("a"));
    source.commit("bad", Map.of("a", "1"));
    RetryPolicy slow = new RetryPolicy(1, Duration.ofHours(1), 1, Duration.ofHours(1));
    GitOpsController controller = started(target("shop", to).retry(slow));
    events.forget();

    to.allow(TextSet.id("a"));
    source.commit("good", Map.of("b", "1"));
    time.advance(INTERVAL);
    assertThat(passes()).containsExactly("shop APPLIED");

    to.refuse(TextSet.id("a"));
    source.commit("bad again", Map.of("a", "1"));
    time.advance(INTERVAL);
    time.advance(Duration.ofHours(1));
    assertThat(controller.status(new TargetId("shop")).quarantine()).isPresent();
    events.forget();
    to.allow(TextSet.id("a"));
    source.commit("good again", Map.of("c", "1"));
    time.advance(INTERVAL);
    assertThat(passes()).contains("shop APPLIED");
    assertThat(told()).last().isInstanceOf(TargetEvent.Released.class);
  }

  @Test
  @DisplayName("a source that does not answer is asked again without end, nothing is quarantined")
  void unreachable() {
    boolean[] down = {true};
    SourceProvider broken =
        new SourceProvider() {
          @Override
          public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
            if (down[0]) {
              throw new SourceException(
                  "DOWN", Retryability.RETRY_ON_CHANGE, "git", "it is down", "wait", null);
            }
            return source.fetch(lastSeen, context);
          }

          @Override
          public void close() {}
        };
    source.commit("one", Map.of("a", "1"));
    builder.target(
        ScheduledTarget.of(
            GitOps.target("shop")
                .source(broken)
                .renderer(new TextSet.TextRenderer())
                .destination(new InMemoryDestination())
                .build()));
    GitOpsController controller = started();
    time.advance(Duration.ofHours(2));
    assertThat(controller.status(new TargetId("shop")).quarantine()).isEmpty();
    down[0] = false;
    events.forget();

    time.advance(Duration.ofMinutes(5));

    assertThat(passes()).startsWith("shop APPLIED");
  }

  @Test
  @DisplayName("drift is corrected at once the first time, then with growing waits")
  void healsWithBackoff() {
    InMemoryDestination to = new InMemoryDestination();
    source.commit("one", Map.of("a", "1"));
    List<Long> healed = new ArrayList<>();
    builder.listener(
        new ReconcileListener() {
          @Override
          public void finished(ReconcileEvent.Finished event) {
            if (event.outcome().kind() == Kind.APPLIED) {
              healed.add(time.nanos() / 1_000_000_000);
            }
          }
        });
    GitOpsController controller = started(target("shop", to).interval(Duration.ofSeconds(1)));
    healed.clear();
    time.advance(Duration.ofSeconds(10));
    for (int i = 0; i < 40; i++) {
      synchronized (to) {
        to.live().put(TextSet.id("a"), "foreign " + i);
      }
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(healed).hasSize(3);
    assertThat(healed.get(1) - healed.get(0)).isBetween(2L, 3L);
    assertThat(healed.get(2) - healed.get(1)).isBetween(6L, 7L);
    assertThat(controller.status(new TargetId("shop")).message())
        .contains("overwrite each other in text");
  }
}
