package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers that are cut off, or are the page of a proxy in between. */
class HalfAnswersIT {
  private static final int ALWAYS = 1000;
  private static final Predicate<Request> LISTS = r -> r.query().contains("labelSelector");

  private final FaultedTarget target = FaultedTarget.on(TestCluster.shared());
  private final FaultProxy proxy = target.proxy();
  private final FaultProxy.Fault page =
      FaultProxy.answer(200, Map.of("Content-Type", "text/html"), "<html>sign in</html>");
  private final FaultProxy.Fault lost =
      FaultProxy.answer(404, Map.of("Content-Type", "text/html"), "<html>no such route</html>");

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("fault 11: a list whose next page is gone begins anew; its first page is no result")
  void pageGone() {
    for (int i = 0; i < 5; i++) {
      target.put("p" + i, FaultedTarget.configMap("p" + i, "1"));
    }
    target.commit();
    target.applied();
    Predicate<Request> next = r -> r.query().contains("continue=");
    proxy.inject(1, next, FaultProxy.status(410, "Expired"));
    proxy.inject(ALWAYS, LISTS, proxy.asking(q -> q.replace("limit=500", "limit=2")));

    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);

    proxy.mend();
    target.remove("p4");
    target.commit();
    proxy.inject(ALWAYS, next, FaultProxy.status(410, "Expired"));
    proxy.inject(ALWAYS, LISTS, proxy.asking(q -> q.replace("limit=500", "limit=2")));
    assertThat(target.pass().kind()).isEqualTo(Kind.FAILED);
    assertThat(target.text("p4")).contains("1");
    target.converges();
  }

  @Test
  @DisplayName("fault 13: half a list is an error, never fewer objects")
  void lists() {
    target.applied();
    target.remove("b");
    target.commit();
    for (boolean unnoticed : List.of(true, false)) {
      proxy.inject(ALWAYS, LISTS, proxy.truncate(unnoticed));

      retried(target.pass());

      assertThat(target.text("a")).contains("1");
      assertThat(target.text("b")).contains("1");
      proxy.mend();
    }
    target.converges();
  }

  @Test
  @DisplayName("fault 13: what is removed is kept first, also when half of the look at it came")
  void looks() {
    target.applied();
    target.remove("b");
    target.commit();
    proxy.inject(1, asks("GET", "/configmaps/b"), proxy.truncate(true));

    target.pass();

    target.converges();
    assertThat(target.text("b")).isEmpty();
    try (KubernetesDestination fresh = target.connect(UnaryOperator.identity())) {
      assertThat(
              fresh.tombstones(new TargetId(target.namespace()), OperationContext.create()).stream()
                  .map(t -> t.id().name()))
          .containsExactly("b");
    }
  }

  @Test
  @DisplayName("fault 13: a page in place of the answer to a delete does not tell that it is gone")
  void deletes() {
    target.applied();
    target.remove("b");
    target.commit();
    for (FaultProxy.Fault fault : List.of(page, lost)) {
      proxy.inject(ALWAYS, asks("DELETE", "/configmaps/b"), fault);

      retried(target.pass());

      assertThat(target.text("b")).contains("1");
      target.nothingUnowned();
      proxy.mend();
    }
    target.converges();
    assertThat(target.text("b")).isEmpty();
  }

  @Test
  @DisplayName("fault 13: half an inventory is asked for again, and is not one that is damaged")
  void inventories() {
    target.applied();
    for (FaultProxy.Fault fault : List.of(proxy.truncate(true), page, lost)) {
      proxy.inject(ALWAYS, asks("GET", "/secrets/gitops4j-inventory"), fault);

      retried(target.passOfAnother(target.namespace()));

      proxy.mend();
    }
    target.converges();
  }

  @Test
  @DisplayName("fault 13: a write whose answer came by half is told as what it was")
  void writes() {
    target.applied();
    target.put("a", FaultedTarget.configMap("a", "2"));
    target.put("c", FaultedTarget.configMap("c", "1"));
    target.commit();
    proxy.inject(1, asks("PATCH", "/configmaps/a"), proxy.truncate(true));
    proxy.inject(1, asks("PATCH", "/configmaps/c"), proxy.truncate(true));
    proxy.inject(1, asks("PUT", "/secrets/gitops4j-inventory"), proxy.truncate(true));

    target.pass();

    target.nothingUnowned();
    target.converges();
    assertThat(target.text("a")).contains("2");
    assertThat(target.text("c")).contains("1");
  }

  private static Predicate<Request> asks(String method, String path) {
    return r ->
        r.method().equals(method) && r.path().contains(path) && !r.query().contains("dryRun");
  }

  private static void retried(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as("%s", outcome).isIn(Kind.FAILED, Kind.INCOMPLETE);
    if (outcome instanceof ReconcileOutcome.Failed failed) {
      assertThat(failed.failure().retryability())
          .as("%s", failed.failure())
          .isEqualTo(Retryability.RETRY);
    }
  }
}
