package io.gitops4j.spi;

import io.gitops4j.reconcile.Destination;
import io.gitops4j.render.Desired;

/**
 * Makes destinations: differ, applier, inventory, health and history of one provider.
 *
 * @param <C> what a destination is configured with
 * @param <D> the kind of desired state that it takes
 */
public interface DestinationFactory<C extends Record, D extends Desired>
    extends ProviderFactory<C, Destination<D>> {}
