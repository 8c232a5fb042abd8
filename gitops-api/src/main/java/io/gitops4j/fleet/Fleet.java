package io.gitops4j.fleet;

import io.gitops4j.error.Stage;
import io.gitops4j.internal.thread.Turn;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.DefectStage;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.SourceProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * One target in many clusters. A pass asks the source once, renders once for all clusters that have
 * the same renderer, and gives all of them the same revision: at once, or wave by wave. A cluster
 * that does not answer takes its slot until its limit, and nobody waits for it longer. Thread-safe:
 * one pass at a time, a second caller waits its turn.
 *
 * @param <D> the kind of desired state
 */
public final class Fleet<D extends Desired> {
  private final FleetSpec<D> spec;
  private final Executor workers;
  private final Semaphore signal = new Semaphore(0);
  private final ClusterResults results;
  private final Convoy<D> convoy;
  private final Map<String, DefectStage> defects = new ConcurrentHashMap<>();
  private final Turn turn = new Turn();

  Fleet(FleetSpec<D> spec, Executor workers) {
    this.spec = spec;
    this.workers = workers;
    this.results = new ClusterResults(spec);
    this.convoy = new Convoy<>(spec, this::defect, signal::release);
  }

  private DefectStage defect(String cluster) {
    return defects.computeIfAbsent(cluster, c -> new DefectStage());
  }

  /**
   * Begins to describe a fleet.
   *
   * @param name of the target; in each cluster it is called {@code name/cluster}
   * @param source where revisions come from; the caller closes it
   * @param renderer what makes the desired state, unless a cluster has its own
   * @param <D> the kind of desired state
   * @return a builder
   * @throws IllegalArgumentException when the name is malformed
   */
  public static <D extends Desired> FleetBuilder<D> builder(
      String name, SourceProvider source, Renderer<D> renderer) {
    return new FleetBuilder<>(new TargetId(name), source, renderer);
  }

  /**
   * One pass over all clusters, without a time limit but that of each cluster.
   *
   * @return how it ended
   */
  public FleetOutcome reconcile() {
    return reconcile(OperationContext.create());
  }

  /**
   * One pass over all clusters, wave by wave. Returns when every cluster has ended, or when nothing
   * goes on by itself: a wave failed, or a gate is closed. The next pass goes on from there; what
   * is applied is not applied again. Before it returns, clusters whose turn it was not are healed
   * at the revision that they have, as many as can be within the limit of one; how the pass ended
   * does not depend on that. Waits on the caller's thread; listeners are told on it.
   *
   * @param context with its deadline and cancellation, for all clusters
   * @return how it ended; expected errors are part of it
   */
  public FleetOutcome reconcile(OperationContext context) {
    turn.take("another pass of " + spec.id(), Stage.SOURCE, context);
    try {
      return new FleetPass(
              spec, convoy, results, cluster -> defect(cluster).stage(), workers, signal, context)
          .run();
    } finally {
      turn.end();
    }
  }

  /**
   * The clusters one by one, for a plan, a look at fights, or a pass of one of them alone: it goes
   * by the revision that the cluster may have.
   *
   * @return a reconciler for each cluster, by name
   */
  public Map<String, Reconciler<D>> clusters() {
    return Map.copyOf(convoy.reconcilers());
  }
}
