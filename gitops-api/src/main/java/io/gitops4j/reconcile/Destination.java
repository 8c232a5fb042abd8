package io.gitops4j.reconcile;

import io.gitops4j.apply.Applier;
import io.gitops4j.diff.Differ;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.inventory.InventoryReader;
import io.gitops4j.render.Desired;
import java.util.Optional;

/**
 * A place that desired state goes to: a cluster, a cloud. Bundles what one provider has to say
 * about it. Thread-safe; whoever makes one closes it.
 *
 * @param <D> the kind of desired state it takes
 */
public interface Destination<D extends Desired> extends AutoCloseable {
  /**
   * What compares.
   *
   * @return the differ
   */
  Differ<D> differ();

  /**
   * What writes.
   *
   * @return the applier
   */
  Applier<D> applier();

  /**
   * What is owned.
   *
   * @return the reader; how it is kept is the provider's business
   */
  InventoryReader inventory();

  /**
   * What tells how well it all is.
   *
   * @return the assessor
   */
  HealthAssessor health();

  /**
   * What happened.
   *
   * @return the store of the record
   */
  HistoryStore history();

  /**
   * What holds targets at a revision.
   *
   * @return the store of pins; one that keeps none unless the destination can
   */
  default PinStore pins() {
    return PinStore.none();
  }

  /**
   * Tells from now on of what moves, without being asked.
   *
   * @param listener who hears of it, until what is returned or the destination is closed
   * @return what ends it; empty when this destination does not watch and only a pass finds out
   */
  default Optional<LiveWatch> watch(LiveListener listener) {
    return Optional.empty();
  }

  /**
   * The name that its writes carry in the destination, to tell them from those of others.
   *
   * @return the name, such as a Kubernetes field manager
   */
  default String writesAs() {
    return "gitops4j";
  }

  @Override
  void close();
}
