package io.gitops4j.fleet;

import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A source as one cluster sees it: like a branch that moves only when the cluster may have what it
 * moves to. So everything that a target does, healing among it, goes on at what it may have.
 */
final class ClusterSource implements SourceProvider {
  private final String cluster;
  private final SourceProvider source;
  private final Convoy<?> convoy;
  private final Retries retries = Retries.standard();
  private volatile @Nullable Revision shown;

  ClusterSource(String cluster, SourceProvider source, Convoy<?> convoy) {
    this.cluster = cluster;
    this.source = source;
    this.convoy = convoy;
  }

  /** What the cluster sees and may not have yet. */
  Optional<Revision> shown() {
    return Optional.ofNullable(shown);
  }

  @Override
  public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
    Optional<Revision> given = convoy.given(cluster, context);
    Revision mine = given.orElseGet(convoy::newest);
    shown = given.isPresent() ? null : mine;
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
    shown = null;
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
