package io.gitops4j.k8s.internal.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfig.LentClient;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.WatchIndex;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.tck.InventoryStoreContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class KubernetesInventoryStoreIT extends InventoryStoreContract {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TestCluster cluster = TestCluster.shared();
  private final KubeHttp http =
      new KubeHttp(Connection.open(new LentClient(cluster.client()), LIMIT), LIMIT, 16);
  private final String namespace = cluster.freeNamespace("state");
  private final InventoryStore store =
      new KubernetesInventoryStore(http, namespace, new Observer(http, Optional.empty()));

  @Test
  @DisplayName("fault 30: an inventory that outgrows one object is kept in several, and read whole")
  void outgrowsOneObject() {
    TargetId target = new TargetId("large");
    List<InventoryEntry> entries = many();
    OperationContext context = OperationContext.create();

    Inventory saved = store.save(target, Inventory.empty().withEntries(entries), context);

    assertThat(store.load(target, context)).isEqualTo(saved);
    assertThat(parts()).as("Secrets that hold it").isGreaterThan(1);
    Inventory small = store.save(target, saved.withEntries(entries.subList(0, 3)), context);
    assertThat(store.load(target, context)).isEqualTo(small);
    assertThat(parts()).as("Secrets that are left").isEqualTo(1);
  }

  @Test
  @DisplayName("what is stored is not told again by the server, but the version that it has now is")
  void isToldOnlyTheMetadata() throws Exception {
    String secrets = "/api/v1/namespaces/" + cluster.createNamespace("told") + "/secrets";
    String secret =
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"large\"},"
            + "\"data\":{\"content\":\"bGFyZ2U=\"}}";

    JsonNode told = http.store("POST", secrets, secret).get().body();

    JsonNode now = http.send("GET", secrets + "/large", Map.of(), "", "").get().body();
    assertThat(now.at("/data/content").asString()).isEqualTo("bGFyZ2U=");
    assertThat(told.at("/metadata/resourceVersion")).isEqualTo(now.at("/metadata/resourceVersion"));
    assertThat(told.has("data")).isFalse();
  }

  @Test
  @DisplayName(
      "where the cluster is watched, one list gives pin and inventory with all of its parts")
  void listedWhole() {
    TargetId target = new TargetId("listed");
    OperationContext context = OperationContext.create();
    Inventory saved = store.save(target, Inventory.empty().withEntries(many()), context);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (FaultProxy proxy = FaultProxy.inFrontOf(cluster);
        Connection connection =
            Connection.open(
                new KubernetesConfig.KubeconfigContent(
                    Sensitive.of(proxy.kubeconfig()), Optional.empty()),
                LIMIT)) {
      KubeHttp own = new KubeHttp(connection, LIMIT, 16);
      try (WatchIndex index = new WatchIndex(own, timer, Duration.ofSeconds(90))) {
        KubernetesInventoryStore watched =
            new KubernetesInventoryStore(own, namespace, new Observer(own, Optional.of(index)));

        assertThat(watched.pins().load(target, context)).isEmpty();
        assertThat(watched.load(target, context)).isEqualTo(saved);

        assertThat(proxy.seen()).filteredOn(r -> !r.watches()).hasSize(1);
        store.save(target, saved.withEntries(List.of()), context);
        assertThat(watched.load(target, context).entries()).as("asked once more").isEmpty();
      }
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  @DisplayName("who reads while a newer one is stored reads that one, and is told of no damage")
  void storedMeanwhile() {
    TargetId target = new TargetId("moving");
    OperationContext context = OperationContext.create();
    List<InventoryEntry> entries = many();
    Inventory saved = store.save(target, Inventory.empty().withEntries(entries), context);
    List<Inventory> newer = new ArrayList<>();
    try (FaultProxy proxy = FaultProxy.inFrontOf(cluster);
        Connection connection =
            Connection.open(
                new KubernetesConfig.KubeconfigContent(
                    Sensitive.of(proxy.kubeconfig()), Optional.empty()),
                LIMIT)) {
      KubeHttp own = new KubeHttp(connection, LIMIT, 16);
      InventoryStore reader =
          new KubernetesInventoryStore(own, namespace, new Observer(own, Optional.empty()));
      proxy.inject(
          1,
          r -> r.path().matches(".*/gitops4j-inventory-[^-]*-[^-]*"),
          (exchange, body) -> {
            newer.add(store.save(target, saved.withEntries(entries.subList(0, 9_000)), context));
            FaultProxy.status(404, "NotFound").happen(exchange, body);
          });

      assertThat(reader.load(target, context)).isEqualTo(newer.get(0));
    }
  }

  @Test
  @DisplayName("who removes old parts late removes none of a newer inventory of the same content")
  void removesLate() throws Exception {
    TargetId target = new TargetId("late");
    OperationContext context = OperationContext.create();
    List<InventoryEntry> entries = many();
    Inventory first = store.save(target, Inventory.empty().withEntries(entries), context);
    try (FaultProxy proxy = FaultProxy.inFrontOf(cluster);
        Connection connection =
            Connection.open(
                new KubernetesConfig.KubeconfigContent(
                    Sensitive.of(proxy.kubeconfig()), Optional.empty()),
                LIMIT)) {
      KubeHttp own = new KubeHttp(connection, LIMIT, 16);
      InventoryStore late =
          new KubernetesInventoryStore(own, namespace, new Observer(own, Optional.empty()));
      CountDownLatch arrived = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      proxy.inject(1, r -> r.method().equals("DELETE"), proxy.hold(arrived, go));
      CompletableFuture<Inventory> small =
          CompletableFuture.supplyAsync(
              () -> late.save(target, first.withEntries(entries.subList(0, 3)), context));
      arrived.await();

      Inventory again = store.load(target, context).withEntries(entries);
      Inventory saved = store.save(target, again, context);
      go.countDown();
      small.join();

      assertThat(store.load(target, context)).isEqualTo(saved);
    }
  }

  private static List<InventoryEntry> many() {
    Random random = new Random(30);
    List<InventoryEntry> entries = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      String name = new UUID(random.nextLong(), random.nextLong()) + "-" + i;
      entries.add(
          new InventoryEntry(
              new ResourceId("", "ConfigMap", "default", name),
              "v1",
              Optional.of(Digest.sha256(name)),
              Optional.of(Digest.sha256("f" + name)),
              Optional.of(name)));
    }
    return entries;
  }

  private int parts() {
    return cluster.client().secrets().inNamespace(namespace).list().getItems().size();
  }

  @Override
  protected InventoryStore store() {
    return store;
  }
}
