package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Passes that may not go on, told of it while a write is on its way. */
class EndedPassIT {
  private static final Predicate<FaultProxy.Request> OF_AN_OBJECT =
      r ->
          r.writes()
              && (r.path().contains("/configmaps/") || r.path().endsWith("/secrets/keys"))
              && !r.query().contains("dryRun");

  private final FaultedTarget target =
      FaultedTarget.on(
          TestCluster.shared(), c -> c.concurrency(1).requestTimeout(Duration.ofSeconds(60)));

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("a pass that is cancelled while it writes sends no other write")
  void cancelled() {
    OperationContext context = OperationContext.within(Duration.ofMinutes(2));

    endsAtItsFirstWrite(context, context::cancel);

    target.converges();
  }

  @Test
  @DisplayName("a pass whose lease ends while it writes sends no other write")
  void unled() {
    AtomicReference<Duration> left = new AtomicReference<>(Duration.ofMinutes(2));
    Permit permit =
        new Permit() {
          @Override
          public Duration remaining() {
            return left.get();
          }

          @Override
          public String token() {
            return "lease/1";
          }
        };

    endsAtItsFirstWrite(
        OperationContext.within(Duration.ofMinutes(2)).withPermit(permit),
        () -> left.set(Duration.ZERO));

    target.nothingUnowned();
  }

  private void endsAtItsFirstWrite(OperationContext context, Runnable end) {
    FaultProxy proxy = target.proxy();
    proxy.inject(1, OF_AN_OBJECT, FaultProxy.then(end, proxy.asking(q -> q)));

    ReconcileOutcome outcome = target.pass(context);

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.FAILED);
    assertThat(proxy.seen()).filteredOn(OF_AN_OBJECT).as("writes").hasSize(1);
  }
}
