package io.gitops4j.tck;

import io.gitops4j.inventory.InventoryStore;

class InMemoryInventoryTest extends InventoryStoreContract {
  private final InMemoryDestination destination = new InMemoryDestination();

  @Override
  protected InventoryStore store() {
    return destination.inventory();
  }
}
