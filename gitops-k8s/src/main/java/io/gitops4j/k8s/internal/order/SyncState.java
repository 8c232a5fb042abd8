package io.gitops4j.k8s.internal.order;

import java.util.Arrays;

/** How far a sync is: a value, made by {@link SyncMachine} and not changed by anybody. */
public final class SyncState {
  /** How far a node is. */
  enum Status {
    /** It has to wait for others. */
    WAITING,
    /** It was started and has not been heard of. */
    STARTED,
    /** It was written and must yet become well, or go. */
    AWAITED,
    /** It is done with. */
    SETTLED,
    /** It failed. */
    FAILED
  }

  final SyncGraph graph;
  final Status[] status;
  final int[] unmet;
  final int active;
  final boolean failing;
  final boolean ended;

  SyncState(
      SyncGraph graph, Status[] status, int[] unmet, int active, boolean failing, boolean ended) {
    this.graph = graph;
    this.status = status;
    this.unmet = unmet;
    this.active = active;
    this.failing = failing;
    this.ended = ended;
  }

  /** Before the beginning. */
  public static SyncState of(SyncGraph graph) {
    Status[] status = new Status[graph.nodes()];
    Arrays.fill(status, Status.WAITING);
    return new SyncState(graph, status, graph.unmet(), 0, false, false);
  }

  /** Whether something failed. */
  public boolean failing() {
    return failing;
  }

  /** Whether all is done. */
  public boolean ended() {
    return ended;
  }
}
