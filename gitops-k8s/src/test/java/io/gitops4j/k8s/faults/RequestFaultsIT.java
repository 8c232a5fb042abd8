package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.k8s.testing.FaultRelay;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Single requests that are lost, refused for a moment, or held. */
class RequestFaultsIT {
  private static final int ALWAYS = 1000;

  private final FaultedTarget target = FaultedTarget.on(TestCluster.shared());
  private final FaultProxy proxy = target.proxy();

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("fault 1: an answer to a write that is lost is asked for again, and told once")
  void lostAnswers() {
    proxy.inject(1, writesTo("/configmaps/a"), proxy.cutAfter());
    proxy.inject(1, writesTo("/secrets/keys"), proxy.cutAfter());

    target.applied();

    assertThat(target.events())
        .filteredOn(e -> e instanceof ReconcileEvent.Changed)
        .extracting(e -> ((ReconcileEvent.Changed) e).result().change().id().name())
        .containsExactlyInAnyOrder("a", "b", "keys");
    assertThat(target.text("a")).contains("1");
    target.converges();
  }

  @Test
  @DisplayName("fault 1: an update whose answer is lost, or an error, is told as what it was")
  void lostUpdates() {
    target.applied();
    String other = FaultedTarget.CANARY + "-2";
    target.put("a", FaultedTarget.configMap("a", "2"));
    target.put("keys", FaultedTarget.secret("keys", other));
    target.put("b", FaultedTarget.configMap("b", "2"));
    target.commit();
    int before = target.events().size();
    proxy.inject(1, writesTo("/configmaps/a"), proxy.cutAfter());
    proxy.inject(1, writesTo("/secrets/keys"), proxy.cutAfter());
    proxy.inject(1, writesTo("/configmaps/b"), proxy.failingAfter(504));

    ReconcileOutcome outcome = target.pass();

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.APPLIED);
    assertThat(target.events().subList(before, target.events().size()))
        .filteredOn(e -> e instanceof ReconcileEvent.Changed)
        .extracting(e -> ((ReconcileEvent.Changed) e).result().change().id().name())
        .containsExactlyInAnyOrder("a", "b", "keys");
    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
    target.converges();
  }

  @Test
  @DisplayName("fault 1: what somebody writes over a lost update is not overwritten")
  void lostUpdatesOfOthers() {
    target.applied();
    target.put("a", FaultedTarget.configMap("a", "2"));
    target.commit();
    proxy.inject(1, writesTo("/configmaps/a"), proxy.andThen(() -> target.drift("a", "3")));

    ReconcileOutcome outcome = target.pass();

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.INCOMPLETE);
    assertThat(target.text("a")).contains("3");
    target.converges();
    assertThat(target.text("a")).contains("2");
  }

  @Test
  @DisplayName("fault 1: a lost update is not repeated over what another process has made of it")
  void lostUpdatesOfSuccessors() {
    target.applied();
    target.put("a", FaultedTarget.configMap("a", "2"));
    target.commit();
    proxy.inject(1, writesTo("/configmaps/a"), proxy.andThen(this::appliesMore));

    ReconcileOutcome outcome = target.pass();

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.INCOMPLETE);
    assertThat(
            target
                .admin()
                .configMaps()
                .inNamespace(target.namespace())
                .withName("a")
                .get()
                .getData())
        .containsEntry("text", "2")
        .containsEntry("more", "of a newer revision");
    target.converges();
  }

  /** As the same field manager: what it leaves out afterwards would go. */
  private void appliesMore() {
    ConfigMap now = target.admin().configMaps().inNamespace(target.namespace()).withName("a").get();
    target
        .admin()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("a")
                .withNamespace(target.namespace())
                .withLabels(now.getMetadata().getLabels())
                .endMetadata()
                .withData(now.getData())
                .addToData("more", "of a newer revision")
                .build())
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("gitops4j")
                .withForce(true)
                .build());
  }

  @Test
  @DisplayName("fault 1: the answer of the inventory's own write may be lost too")
  void lostInventory() {
    target.applied();
    target.put("c", FaultedTarget.configMap("c", "1"));
    target.remove("b");
    target.commit();
    for (int lost = 1; lost <= 2; lost++) {
      proxy.inject(1, nth(lost, stores("inventory")), proxy.cutAfter());
      target.pass();
      target.nothingUnowned();
      proxy.mend();
    }

    target.converges();
    assertThat(target.text("b")).isEmpty();
  }

  @Test
  @DisplayName("fault 4: reads that a busy server refuses for a moment do not end a comparison")
  void busyReads() {
    target.applied();
    target.put("a", FaultedTarget.configMap("a", "2"));
    target.commit();
    FaultProxy.Fault busy = FaultProxy.answer(429, Map.of("Retry-After", "1"), "busy");
    proxy.inject(
        1, r -> r.method().equals("GET") && r.path().endsWith("/configmaps") && !r.watches(), busy);
    proxy.inject(1, r -> r.method().equals("GET") && r.path().endsWith("/configmaps/a"), busy);

    assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.text("a")).contains("2");
    target.converges();
  }

  @Test
  @DisplayName("fault 4: a server that is busy is asked again no sooner than it says")
  void honoursRetryAfter() {
    List<Long> times = new ArrayList<>();
    proxy.inject(
        1,
        writesTo("/configmaps/a"),
        FaultProxy.then(
            () -> times.add(System.nanoTime()),
            FaultProxy.answer(429, Map.of("Retry-After", "1"), "busy")));
    proxy.inject(
        1, writesTo("/configmaps/a"), FaultProxy.then(() -> times.add(System.nanoTime()), pass()));

    target.applied();

    assertThat(times).hasSize(2);
    assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(1_000_000_000L);
    target.converges();
  }

  @Test
  @DisplayName("fault 6: what passes by itself is waited for, and the pass goes on")
  void passingErrors() {
    for (FaultProxy.Fault fault :
        List.of(
            FaultProxy.status(503, "ServiceUnavailable"),
            FaultProxy.answer(
                500,
                Map.of("Content-Type", "application/json"),
                "{\"kind\":\"Status\",\"message\":\"etcdserver: leader changed\",\"code\":500}"),
            FaultProxy.status(504, "Timeout"),
            FaultProxy.cutBefore())) {
      proxy.inject(1, writesTo("/configmaps/"), fault);
      proxy.inject(1, r -> !r.writes() && r.path().endsWith("/configmaps"), fault);
      target.put("a", FaultedTarget.configMap("a", "at " + System.nanoTime()));
      target.commit();

      assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);
      proxy.mend();
    }

    target.converges();
  }

  @Test
  @DisplayName("fault 6: while the server answers nothing else, a pass fails and removes nothing")
  void lastingErrors() {
    target.applied();
    target.remove("b");
    target.commit();
    proxy.inject(ALWAYS, r -> true, FaultProxy.status(503, "ServiceUnavailable"));

    Failure failure = failure(target.pass());

    assertThat(failure.retryability()).isEqualTo(Retryability.RETRY);
    assertThat(target.text("b")).contains("1");
    target.converges();
    assertThat(target.text("b")).isEmpty();
  }

  @Test
  @DisplayName("fault 6: a connection that is reset is told as unreachable, and tried again")
  void resetConnections() throws Exception {
    try (FaultRelay relay = FaultRelay.inFrontOf(proxy.port())) {
      Predicate<Request> read = r -> !r.writes() && r.path().endsWith("/configmaps");
      proxy.inject(1, read, FaultProxy.then(relay::reset, FaultProxy.cutBefore()));
      proxy.inject(
          1, writesTo("/configmaps/a"), FaultProxy.then(relay::reset, FaultProxy.cutBefore()));
      proxy.inject(1, writesTo("/configmaps/b"), proxy.andThen(relay::reset));

      ReconcileOutcome outcome = target.passThrough(relay.port());

      assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.APPLIED);
      target.put("a", FaultedTarget.configMap("a", "2"));
      target.remove("b");
      target.commit();
      proxy.inject(ALWAYS, r -> true, FaultProxy.then(relay::reset, FaultProxy.cutBefore()));
      Failure failure = failure(target.passThrough(relay.port()));
      assertThat(failure.code()).isEqualTo("K8S-UNREACHABLE");
      assertThat(failure.retryability()).isEqualTo(Retryability.RETRY);
      assertThat(failure.message()).containsIgnoringCase("reset");
      assertThat(target.text("b")).contains("1");
    }
    target.converges();
  }

  @Test
  @DisplayName("fault 7: an answer that trickles ends with the time limit of its request")
  void trickles() {
    target.applied();
    target.remove("b");
    target.commit();
    proxy.inject(ALWAYS, lists(), proxy.trickle(Duration.ofMillis(500)));

    Failure failure = failure(target.pass(OperationContext.create()));

    assertThat(failure.code()).isEqualTo("K8S-UNREACHABLE");
    assertThat(failure.message()).contains("not whole within the time limit");
    assertThat(failure.retryability()).isEqualTo(Retryability.RETRY);
    assertThat(target.text("b")).contains("1");
    Awaitility.await().untilAsserted(() -> assertThat(proxy.idle()).as("given up").isTrue());
    target.converges();
  }

  @Test
  @DisplayName("fault 1: an answer that is late, but in time, is waited for and asked for once")
  void late() {
    proxy.inject(ALWAYS, r -> r.path().contains("/configmaps"), proxy.late(Duration.ofMillis(500)));

    target.applied();

    assertThat(proxy.seen()).filteredOn(writesTo("/configmaps/a")).hasSize(1);
    target.converges();
  }

  @Test
  @DisplayName("fault 33: a revision that comes in the middle of a pass waits for the next")
  void oneRevisionAPass() throws Exception {
    target.applied();
    target.put("a", FaultedTarget.configMap("a", "2"));
    target.put("b", FaultedTarget.configMap("b", "2"));
    target.commit();
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    proxy.inject(1, writesTo("/configmaps/a"), proxy.hold(arrived, go));

    CompletableFuture<ReconcileOutcome> running = CompletableFuture.supplyAsync(target::pass);
    arrived.await();
    target.put("a", FaultedTarget.configMap("a", "3"));
    target.put("b", FaultedTarget.configMap("b", "3"));
    target.commit();
    go.countDown();

    assertThat(running.get().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.text("a")).contains("2");
    assertThat(target.text("b")).contains("2");
    target.converges();
    assertThat(target.text("a")).contains("3");
  }

  @Test
  @DisplayName("a server that sends elsewhere sends no token there")
  void redirects() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    HttpServer elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext(
        "/",
        exchange -> {
          told.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    elsewhere.start();
    try {
      for (String host : List.of("127.0.0.1", "localhost")) {
        String to = "http://" + host + ":" + elsewhere.getAddress().getPort() + "/";
        proxy.inject(ALWAYS, r -> true, FaultProxy.answer(302, Map.of("Location", to), ""));
        assertThat(target.pass().kind()).isEqualTo(Kind.FAILED);
        proxy.mend();
      }
    } finally {
      elsewhere.stop(0);
    }
    assertThat(told).as("what got there").isEmpty();
    target.converges();
  }

  private FaultProxy.Fault pass() {
    return proxy.asking(q -> q);
  }

  private static Failure failure(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.FAILED);
    return ((ReconcileOutcome.Failed) outcome).failure();
  }

  private static Predicate<Request> writesTo(String path) {
    return r -> r.writes() && r.path().contains(path);
  }

  private static Predicate<Request> stores(String purpose) {
    return r ->
        r.writes() && r.path().contains("/secrets") && r.path().contains("gitops4j-" + purpose);
  }

  private static Predicate<Request> lists() {
    return r -> r.query().contains("labelSelector");
  }

  private static Predicate<Request> nth(int which, Predicate<Request> when) {
    var seen = new java.util.concurrent.atomic.AtomicInteger();
    return r -> when.test(r) && seen.incrementAndGet() == which;
  }
}
