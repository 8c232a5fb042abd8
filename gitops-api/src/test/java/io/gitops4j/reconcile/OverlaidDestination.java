package io.gitops4j.reconcile;

import io.gitops4j.apply.Applier;
import io.gitops4j.diff.Differ;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;

/** Texts in memory, with another way to look at their health, or to keep history. */
record OverlaidDestination(InMemoryDestination base, HealthAssessor health, HistoryStore history)
    implements Destination<TextSet> {

  static OverlaidDestination withHealth(InMemoryDestination base, HealthAssessor health) {
    return new OverlaidDestination(base, health, base.history());
  }

  static OverlaidDestination withHistory(InMemoryDestination base, HistoryStore history) {
    return new OverlaidDestination(base, base.health(), history);
  }

  @Override
  public Differ<TextSet> differ() {
    return base.differ();
  }

  @Override
  public Applier<TextSet> applier() {
    return base.applier();
  }

  @Override
  public InventoryStore inventory() {
    return base.inventory();
  }

  @Override
  public PinStore pins() {
    return base.pins();
  }

  @Override
  public void close() {
    base.close();
  }
}
