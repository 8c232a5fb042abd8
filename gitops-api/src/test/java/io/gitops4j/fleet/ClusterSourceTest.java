package io.gitops4j.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterSourceTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination first = new InMemoryDestination();
  private final InMemoryDestination second = new InMemoryDestination();
  private final ExecutorService workers = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  private Revision commit(String text) {
    return source.commit(text, Map.of("one", text));
  }

  @Test
  @DisplayName("a look beside the pass of a cluster does not let through what is not proven")
  void looksBeside() {
    heldWhile(b -> b.newer(commit("2"), OperationContext.create()));
  }

  @Test
  @DisplayName("a pin beside the pass of a cluster does not let through what is not proven")
  void pinsBeside() {
    Revision earlier = commit("0");
    heldWhile(
        b -> b.pin(Rollback.to(earlier, "somebody", "it is slow"), OperationContext.create()));
  }

  /** Something happens while a pass of a cluster is about what its first wave has not proven. */
  private void heldWhile(Consumer<Reconciler<TextSet>> something) {
    AtomicReference<Reconciler<TextSet>> b = new AtomicReference<>();
    Fleet<TextSet> fleet =
        Fleet.builder("shop", source, new TextSet.TextRenderer())
            .cluster("a", first)
            .cluster("b", second)
            .wave(Wave.of("canary", "a"))
            .wave(Wave.of("rest", "b"))
            .workers(workers, 2)
            .each(
                (name, target) ->
                    target.listener(
                        new ReconcileListener() {
                          @Override
                          public void rendered(ReconcileEvent.Rendered event) {
                            if (name.equals("b") && b.get() != null) {
                              something.accept(b.get());
                            }
                          }
                        }))
            .build();
    first.refuse(TextSet.id("one"));
    commit("1");
    assertThat(fleet.reconcile().kind()).isEqualTo(FleetOutcome.Kind.STOPPED);
    b.set(fleet.clusters().get("b"));

    ReconcileOutcome outcome = b.get().reconcile();

    assertThat(outcome.kind()).isEqualTo(ReconcileOutcome.Kind.PLANNED);
    assertThat(second.writes()).isZero();
  }
}
