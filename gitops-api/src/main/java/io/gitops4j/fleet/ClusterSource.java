package io.gitops4j.fleet;

import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A source as one cluster sees it: like a branch that moves only when the cluster may have what it
 * moves to. So everything that a target does, healing among it, goes on at what it may have.
 */
final class ClusterSource implements SourceProvider {
  /** More than come while one pass runs. */
  private static final int KEPT = 16;

  private final String cluster;
  private final SourceProvider source;
  private final Convoy<?> convoy;
  private final Retries retries = Retries.standard();

  /** What the cluster saw and might not have, the newest last; under its own lock. */
  private final Set<Digest> shown = new LinkedHashSet<>();

  ClusterSource(String cluster, SourceProvider source, Convoy<?> convoy) {
    this.cluster = cluster;
    this.source = source;
    this.convoy = convoy;
  }

  /**
   * Whether a pass may be about a revision that the cluster was only shown. Others look while it
   * runs: what they find and what they ask for does not change what the pass has found.
   */
  boolean shown(Revision revision) {
    synchronized (shown) {
      return shown.contains(revision.digest());
    }
  }

  private void show(Revision revision) {
    synchronized (shown) {
      shown.remove(revision.digest());
      shown.add(revision.digest());
      if (shown.size() > KEPT) {
        shown.remove(shown.iterator().next());
      }
    }
  }

  private void allow(Revision revision) {
    synchronized (shown) {
      shown.remove(revision.digest());
    }
  }

  @Override
  public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
    Optional<Revision> given = convoy.given(cluster, context);
    Revision mine = given.orElseGet(convoy::newest);
    if (given.isPresent()) {
      allow(mine);
    } else {
      show(mine);
    }
    return lastSeen.filter(mine::sameState).isPresent()
        ? new FetchResult.Unchanged(lastSeen.orElseThrow())
        : new FetchResult.Fetched(
            new ExactSnapshot(
                mine,
                () ->
                    retries.call(
                        context, () -> source.fetchExactly(mine, Lineage.ANYWHERE, context))));
  }

  /** Somebody wants this very revision here: that is not for the fleet to hold. */
  @Override
  public Snapshot fetchExactly(Revision revision, Lineage lineage, OperationContext context) {
    allow(revision);
    return source.fetchExactly(revision, lineage, context);
  }

  @Override
  public Optional<String> repository() {
    return source.repository();
  }

  @Override
  public String toString() {
    return source.toString();
  }

  /** The source is the user's. */
  @Override
  public void close() {}
}
