package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A right to write that lasts shorter than what is waited for, and is renewed all the time. */
class RenewedPermitTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();

  /** At the right to write, since the last pass ended. */
  private final AtomicInteger looks = new AtomicInteger(Integer.MIN_VALUE);

  private TargetBuilder<TextSet> target() {
    return GitOps.target("shop")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(destination);
  }

  private record Renewed(Duration remaining, String token) implements Permit {}

  @Test
  @DisplayName("a pass is run again after a wait that is longer than the right to write")
  void retries() {
    source.commit("one", Map.of("a", "1"));
    destination.refuse(TextSet.id("a"));
    ReconcileListener mending =
        new ReconcileListener() {
          @Override
          public void finished(ReconcileEvent.Finished event) {
            destination.allow(TextSet.id("a"));
          }
        };
    Duration wait = Duration.ofMillis(200);
    Reconciler<TextSet> reconciler =
        target().retry(new RetryPolicy(1, wait, 1, wait)).listener(mending).build();

    ReconcileOutcome end =
        reconciler.reconcile(
            OperationContext.create().withPermit(new Renewed(Duration.ofMillis(100), "lease")));

    assertThat(end.kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("a restore waits longer than the right to write until all is well")
  void restores() {
    Revision one = source.commit("one", Map.of("a", "1"));
    destination.ail("1", new Health(HealthStatus.PROGRESSING, "it starts"));
    Permit term =
        new Permit() {
          @Override
          public Duration remaining() {
            if (looks.incrementAndGet() == 5) {
              destination.ail("1", Health.of(HealthStatus.HEALTHY));
            }
            return Duration.ofMillis(100);
          }

          @Override
          public String token() {
            return "lease";
          }
        };

    ReconcileOutcome end =
        target()
            .listener(
                new ReconcileListener() {
                  @Override
                  public void finished(ReconcileEvent.Finished event) {
                    looks.set(0);
                  }
                })
            .build()
            .restore(
                Rollback.to(one, "ann", "etcd was lost"),
                OperationContext.create().withPermit(term));

    assertThat(end.kind()).isEqualTo(Kind.APPLIED);
  }
}
