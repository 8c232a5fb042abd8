package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.model.ResourceId;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Streams that break, lie, or are silent: what they told before is not believed. */
class WatchFaultsIT extends WatchHarness {
  @Test
  @DisplayName("a stream that was cut goes on where it was, without a list")
  void resumes() {
    awaitQuiet();
    moved.clear();
    proxy.forget();

    proxy.inject(2, Request::watches, FaultProxy.status(503, "ServiceUnavailable"));
    proxy.cutOpen();
    write("a", "drifted while nobody listened");

    await().until(() -> moved.contains(Optional.of(id("a"))));
    assertThat(proxy.seen()).filteredOn(Request::watches).isNotEmpty();
    assertThat(proxy.seen())
        .filteredOn(r -> !r.watches() && !r.query().contains("limit=1"))
        .isEmpty();
    heals();
  }

  @Test
  @DisplayName("while its stream is away, a pass lists and believes nothing that was told before")
  void listsMeanwhile() {
    awaitQuiet();
    proxy.inject(100, Request::watches, FaultProxy.status(503, "ServiceUnavailable"));
    proxy.inject(100, r -> r.query().contains("limit=1"), FaultProxy.status(503, "None"));
    proxy.cutOpen();
    await().until(() -> connection.watching() == 0);
    write("a", "drifted");

    heals();
  }

  @Test
  @DisplayName("fault 10: after a state that the server has forgotten, everything is listed again")
  void gone() {
    awaitQuiet();
    moved.clear();
    proxy.inject(2, Request::watches, FaultProxy.status(410, "Expired"));
    proxy.cutOpen();

    await().until(() -> moved.contains(Optional.<ResourceId>empty()));
    write("a", "drifted");
    heals();
    awaitQuiet();
  }

  @Test
  @DisplayName("fault 10: an error inside the stream is no event: everything is listed again")
  void errorEvent() {
    awaitQuiet();
    moved.clear();
    proxy.inject(
        2,
        Request::watches,
        FaultProxy.answer(
            200,
            Map.of("Content-Type", "application/json"),
            "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
                + "\"message\":\"too old resource version\"}}\n"));
    proxy.cutOpen();

    await().until(() -> moved.contains(Optional.<ResourceId>empty()));
    write("a", "drifted");
    heals();
    awaitQuiet();
  }

  @Test
  @DisplayName("a server that comes back with an older state is listed again")
  void restored() {
    awaitQuiet();
    moved.clear();
    proxy.inject(
        2,
        r -> r.query().contains("limit=1"),
        FaultProxy.answer(
            200,
            Map.of("Content-Type", "application/json"),
            "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},"
                + "\"items\":[]}"));
    proxy.cutOpen();

    await().until(() -> moved.contains(Optional.<ResourceId>empty()));
    write("a", "drifted");
    heals();
    awaitQuiet();
  }

  @Test
  @DisplayName("fault 12: a stream that froze is not believed, and a frozen server is no absence")
  void frozen() {
    destination.close();
    connection.close();
    connect(Duration.ofMillis(700));
    reconciler.reconcile();
    proxy.freeze(true);
    write("a", "drifted");
    // Longer than the silence that is allowed: from then on only an answer counts.
    await().until(() -> connection.watching() == 0);

    ReconcileOutcome outcome = reconciler.reconcile();

    assertThat(outcome.kind()).isEqualTo(ReconcileOutcome.Kind.FAILED);
    proxy.freeze(false);
    heals();
  }
}
