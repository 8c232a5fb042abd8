package io.gitops4j.fleet;

import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.util.Optional;

/**
 * A source as one cluster sees it: like a branch that moves only when the cluster may have what it
 * moves to. So everything that a target does, healing among it, goes on at what it may have.
 */
final class ClusterSource implements SourceProvider {
  private final String cluster;
  private final SourceProvider source;
  private final Convoy<?> convoy;
  private final Retries retries = Retries.standard();

  ClusterSource(String cluster, SourceProvider source, Convoy<?> convoy) {
    this.cluster = cluster;
    this.source = source;
    this.convoy = convoy;
  }

  @Override
  public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
    Revision mine = convoy.revisionFor(cluster, context);
    return lastSeen.filter(mine::sameState).isPresent()
        ? new FetchResult.Unchanged(lastSeen.orElseThrow())
        : new FetchResult.Fetched(
            new ExactSnapshot(
                mine,
                () -> retries.call(context, () -> fetchExactly(mine, Lineage.ANYWHERE, context))));
  }

  @Override
  public Snapshot fetchExactly(Revision revision, Lineage lineage, OperationContext context) {
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
