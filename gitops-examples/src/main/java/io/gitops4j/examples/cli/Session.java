package io.gitops4j.examples.cli;

import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.Reconciler;
import java.time.Duration;

/** A manifest with everything that it takes to reconcile it. */
interface Session extends AutoCloseable {
  /** Between passes of a watch, where nothing else is asked for. */
  Duration INTERVAL = Duration.ofSeconds(30);

  /** Runs its passes. */
  Reconciler<?> reconciler();

  /** Where it goes. */
  Destination<?> destination();

  /** How long to wait between passes. */
  default Duration interval() {
    return INTERVAL;
  }

  @Override
  void close();
}
