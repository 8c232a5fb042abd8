package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.gitops4j.error.Retryability;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.testing.CustomKinds;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A server and its database that freeze, die, come back, and come back with an older state. */
class OutagesIT {
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void thaw() {
    cluster.freezeEtcd(false);
    cluster.freezeServer(false);
  }

  @Test
  @DisplayName("fault 7: while etcd is frozen, a pass ends in time, and nothing is removed")
  void frozenDatabase() throws Exception {
    try (FaultedTarget target =
        FaultedTarget.on(cluster, c -> c.requestTimeout(Duration.ofSeconds(1)))) {
      target.applied();
      target.remove("b");
      target.put("c", FaultedTarget.configMap("c", "1"));
      target.commit();
      cluster.freezeEtcd(true);

      ReconcileOutcome outcome = target.pass();

      assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
      assertThat(((ReconcileOutcome.Failed) outcome).failure().retryability())
          .isEqualTo(Retryability.RETRY);
      cluster.freezeEtcd(false);
      assertThat(target.text("b")).contains("1");
      awaitConverges(target);
      assertThat(target.text("b")).isEmpty();
    }
  }

  @Test
  @DisplayName("fault 7: etcd that freezes between two writes leaves nothing unowned")
  void freezesInBetween() throws Exception {
    try (FaultedTarget target =
        FaultedTarget.on(cluster, c -> c.requestTimeout(Duration.ofSeconds(1)))) {
      CountDownLatch arrived = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      target
          .proxy()
          .inject(
              1,
              r -> r.writes() && r.path().endsWith("/configmaps/b"),
              target.proxy().hold(arrived, go));
      CompletableFuture<ReconcileOutcome> running = CompletableFuture.supplyAsync(target::pass);
      arrived.await();
      cluster.freezeEtcd(true);
      go.countDown();

      assertThat(running.get().kind()).isIn(Kind.FAILED, Kind.INCOMPLETE);

      cluster.freezeEtcd(false);
      await().ignoreExceptions().untilAsserted(target::nothingUnowned);
      awaitConverges(target);
    }
  }

  @Test
  @DisplayName("fault 8: passes at a frozen server end in time and pile up no threads")
  void frozenServer() {
    try (FaultedTarget target =
        FaultedTarget.on(cluster, c -> c.requestTimeout(Duration.ofMillis(300)))) {
      target.applied();
      cluster.freezeServer(true);
      failingPasses(target, 2);
      int early = threads();

      failingPasses(target, 8);

      assertThat(threads()).as("threads after more passes").isLessThan(early + 8);
      cluster.freezeServer(false);
      awaitConverges(target);
    }
  }

  @Test
  @DisplayName("fault 8: a server that was killed and restarted is watched again, nothing is lost")
  void restartedServer() {
    try (FaultedTarget target = FaultedTarget.watching(cluster, Duration.ofSeconds(90))) {
      target.applied();
      await().until(() -> target.pass().kind() == Kind.IN_SYNC && target.streams() == 3);
      cluster.killServer();
      await().until(() -> target.streams() == 0);
      assertThat(target.pass(OperationContext.within(Duration.ofSeconds(2))).kind())
          .isEqualTo(Kind.FAILED);
      cluster.startServer();
      target.drift("a", "drifted");

      awaitConverges(target);
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> target.pass().kind() == Kind.IN_SYNC && target.streams() == 3);
      target.drift("a", "drifted again");
      await().untilAsserted(() -> assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED));
      awaitConverges(target);
    }
  }

  @Test
  @DisplayName("fault 9: a database that came back older is compared anew, watched or not")
  void restoredDatabase() {
    try (FaultedTarget watched = FaultedTarget.watching(cluster, Duration.ofSeconds(90));
        FaultedTarget listed = FaultedTarget.on(cluster)) {
      for (FaultedTarget target : new FaultedTarget[] {watched, listed}) {
        target.put("later-removed", FaultedTarget.configMap("later-removed", "1"));
        target.commit();
        target.applied();
      }
      Path backup = cluster.backUp();
      for (FaultedTarget target : new FaultedTarget[] {watched, listed}) {
        target.put("a", FaultedTarget.configMap("a", "2"));
        target.put("c", FaultedTarget.configMap("c", "1"));
        target.remove("later-removed");
        target.commit();
        awaitConverges(target);
      }
      await().until(() -> watched.pass().kind() == Kind.IN_SYNC && watched.streams() == 3);

      cluster.restore(backup);

      for (FaultedTarget target : new FaultedTarget[] {watched, listed}) {
        assertThat(target.text("later-removed")).contains("1");
        awaitConverges(target);
        assertThat(target.text("a")).contains("2");
        assertThat(target.text("c")).contains("1");
        assertThat(target.text("later-removed")).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("fault 10: a watch whose state was compacted away lists again")
  void compactedState() {
    try (FaultedTarget target = FaultedTarget.watching(cluster, Duration.ofSeconds(90))) {
      target.applied();
      await().until(() -> target.pass().kind() == Kind.IN_SYNC && target.streams() == 3);
      var away = FaultProxy.status(503, "ServiceUnavailable");
      target.proxy().inject(1000, FaultProxy.Request::watches, away);
      target.proxy().inject(1000, r -> r.query().contains("limit=1"), away);
      target.proxy().cutOpen();
      for (int i = 0; i < 20; i++) {
        target.drift("a", "drift " + i);
      }
      cluster.killServer();
      cluster.compact();
      cluster.startServer();
      target.drift("b", "drifted");

      awaitConverges(target);
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> target.pass().kind() == Kind.IN_SYNC && target.streams() == 3);
    }
  }

  @Test
  @DisplayName("fault 14: a dead API service stops nobody else, and what is behind it is not gone")
  void deadService() {
    try (FaultedTarget target = FaultedTarget.on(cluster);
        FaultedTarget unrelated = FaultedTarget.on(cluster)) {
      String group = target.namespace() + ".example.org";
      target.put("crd", CustomKinds.things(group));
      target.put(
          "thing", "{apiVersion: %s/v1, kind: Thing, metadata: {name: one}}".formatted(group));
      target.commit();
      target.applied();
      ResourceId thing = new ResourceId(group, "Thing", target.namespace(), "one");
      APIService served = die(group);
      unrelated.applied();
      unrelated.converges();
      target.remove("thing");
      target.commit();

      assertThat(target.pass().kind()).isEqualTo(Kind.FAILED);
      assertThat(target.inventory()).contains(thing);
      assertThat(target.passOfAnother(target.namespace()).kind())
          .as("with nothing remembered")
          .isEqualTo(Kind.FAILED);
      assertThat(target.inventory()).contains(thing);
      try (KubernetesDestination other = target.connect(UnaryOperator.identity())) {
        TargetId id = new TargetId(target.namespace());
        OperationContext context = OperationContext.create();
        String silent = "the service behind API group " + group + " does not answer";
        assertThat(other.health().assess(id, context).get(thing))
            .isEqualTo(new Health(HealthStatus.UNKNOWN, silent));
        assertThat(other.orphans(id, o -> false, context).unseen()).containsExactly(silent);
      }

      cluster.client().resource(served).delete();
      await().until(() -> cluster.client().supports(group + "/v1", "Thing"));
      awaitConverges(target);
      assertThat(target.inventory()).doesNotContain(thing);
    }
  }

  /** Puts a service that does not exist in place of the definition that serves a group. */
  private static APIService die(String group) {
    var services = cluster.client().apiServices();
    APIService dead =
        new APIServiceBuilder()
            .withNewMetadata()
            .withName("v1." + group)
            .endMetadata()
            .withNewSpec()
            .withGroup(group)
            .withVersion("v1")
            .withGroupPriorityMinimum(1000)
            .withVersionPriority(100)
            .withInsecureSkipTLSVerify(true)
            .withNewService("missing", "default", 443)
            .endSpec()
            .build();
    await()
        .ignoreExceptions()
        .until(
            () -> {
              services.withName("v1." + group).delete();
              services.resource(dead).create();
              return true;
            });
    await()
        .until(
            () ->
                services.withName("v1." + group).get().getStatus().getConditions().stream()
                    .anyMatch(
                        c -> c.getType().equals("Available") && c.getStatus().equals("False")));
    return dead;
  }

  private static void failingPasses(FaultedTarget target, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(target.pass(OperationContext.within(Duration.ofMillis(400))).kind())
          .isEqualTo(Kind.FAILED);
    }
  }

  private static int threads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> !t.getName().startsWith("fault-proxy"))
            .count();
  }

  /** A server that was away needs a moment, and a stream too. */
  private static void awaitConverges(FaultedTarget target) {
    await().atMost(Duration.ofSeconds(40)).ignoreExceptions().untilAsserted(target::converges);
  }
}
