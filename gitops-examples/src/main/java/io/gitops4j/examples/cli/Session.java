package io.gitops4j.examples.cli;

import io.gitops4j.k8s.Orphans;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import java.time.Duration;
import java.util.Optional;

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

  /** What a sync would do; empty where to find that out costs as much as a sync. */
  default Optional<ReconcileOutcome> compare(OperationContext context) {
    return Optional.empty();
  }

  /** What lives beside its objects and belongs to nobody, where it is to be watched for that. */
  default Optional<Orphans> orphans(OperationContext context) {
    return Optional.empty();
  }

  /** Whether somebody should be told of these. */
  default boolean warnsOfOrphans() {
    return false;
  }

  @Override
  void close();
}
