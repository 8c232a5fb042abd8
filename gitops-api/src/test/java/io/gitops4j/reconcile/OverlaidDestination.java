package io.gitops4j.reconcile;

import io.gitops4j.apply.Applier;
import io.gitops4j.diff.Differ;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;

/** Texts in memory, of which a test does one thing in another way. */
public class OverlaidDestination implements Destination<TextSet> {
  private final InMemoryDestination base;

  /** All as it is below. */
  public OverlaidDestination(InMemoryDestination base) {
    this.base = base;
  }

  static OverlaidDestination withHealth(InMemoryDestination base, HealthAssessor health) {
    return new OverlaidDestination(base) {
      @Override
      public HealthAssessor health() {
        return health;
      }
    };
  }

  static OverlaidDestination withHistory(InMemoryDestination base, HistoryStore history) {
    return new OverlaidDestination(base) {
      @Override
      public HistoryStore history() {
        return history;
      }
    };
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
  public HealthAssessor health() {
    return base.health();
  }

  @Override
  public HistoryStore history() {
    return base.history();
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
