package io.gitops4j.k8s.internal.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.KubernetesConfig.LentClient;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.tck.InventoryStoreContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

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
    OperationContext context = OperationContext.create();

    Inventory saved = store.save(target, Inventory.empty().withEntries(entries), context);

    assertThat(store.load(target, context)).isEqualTo(saved);
    assertThat(parts()).as("Secrets that hold it").isGreaterThan(1);
    Inventory small = store.save(target, saved.withEntries(entries.subList(0, 3)), context);
    assertThat(store.load(target, context)).isEqualTo(small);
    assertThat(parts()).as("Secrets that are left").isEqualTo(1);
  }

  private int parts() {
    return cluster.client().secrets().inNamespace(namespace).list().getItems().size();
  }

  @Override
  protected InventoryStore store() {
    return store;
  }
}
