package io.gitops4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.InventoryException;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link InventoryStore} promises. */
public abstract class InventoryStoreContract {
  private final OperationContext context = OperationContext.create();
  private final TargetId target = new TargetId("contract-" + UUID.randomUUID());

  /** The store, empty for a target that nobody stored. */
  protected abstract InventoryStore store();

  @Test
  @DisplayName("what was never stored is empty, what was stored comes back")
  void givesBackWhatWasStored() {
    assertThat(store().load(target, context)).isEqualTo(Inventory.empty());
    Inventory saved =
        store().save(target, Inventory.empty().withEntries(entries(3, "one")), context);

    assertThat(store().load(target, context)).isEqualTo(saved);
    assertThat(saved.version()).isPresent();
  }

  @Test
  @DisplayName("a store over a state that somebody else replaced is refused and changes nothing")
  void refusesLostUpdates() {
    Inventory first =
        store().save(target, Inventory.empty().withEntries(entries(1, "one")), context);
    Inventory second = store().save(target, first.withEntries(entries(2, "two")), context);

    assertThatThrownBy(() -> store().save(target, first.withEntries(List.of()), context))
        .isInstanceOfSatisfying(
            InventoryException.class, e -> assertThat(e.code()).isEqualTo("INVENTORY-CONFLICT"));
    assertThatThrownBy(() -> store().save(target, Inventory.empty(), context))
        .isInstanceOf(InventoryException.class);
    assertThat(store().load(target, context)).isEqualTo(second);
  }

  @Test
  @DisplayName("twelve thousand entries with random names are stored, and fewer after that")
  void storesMany() {
    Inventory many =
        store().save(target, Inventory.empty().withEntries(entries(12_000, "many")), context);
    assertThat(store().load(target, context)).isEqualTo(many);

    Inventory few = store().save(target, many.withEntries(entries(1, "few")), context);
    assertThat(store().load(target, context)).isEqualTo(few);
  }

  private static List<InventoryEntry> entries(int count, String seed) {
    List<InventoryEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Digest digest = Digest.sha256(seed + i);
      entries.add(
          new InventoryEntry(
              new ResourceId("apps", "Deployment", "ns", digest.abbreviated(20)),
              "apps/v1",
              Optional.of(digest),
              Optional.of(Digest.sha256(digest.hex())),
              Optional.of(
                  UUID.nameUUIDFromBytes(digest.hex().getBytes(StandardCharsets.UTF_8))
                      .toString())));
    }
    return entries;
  }
}
