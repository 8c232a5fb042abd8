package io.gitops4j.tck;

import io.gitops4j.reconcile.HistoryStore;

class InMemoryHistoryTest extends HistoryStoreContract {
  private final InMemoryDestination destination = new InMemoryDestination();

  @Override
  protected HistoryStore store() {
    return destination.history();
  }

  @Override
  protected int limit() {
    return InMemoryDestination.HISTORY_LIMIT;
  }
}
