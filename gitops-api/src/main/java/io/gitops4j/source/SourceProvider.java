package io.gitops4j.source;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import java.util.Optional;

/** Where revisions come from. Thread-safe; whoever makes one closes it. */
public interface SourceProvider extends AutoCloseable {
  /**
   * Asks the source where it stands and gets its tree.
   *
   * @param lastSeen the revision whose tree the caller still has; it may skip the download only
   * @param context of the pass; an answer that is not older than its freshness may be given again
   * @return the tree, or that the source still stands at {@code lastSeen}
   * @throws SourceException when the source cannot say, or its tree cannot be had whole
   */
  FetchResult fetch(Optional<Revision> lastSeen, OperationContext context);

  /**
   * Gets the tree of one exact state, wherever the source stands by now: to go back to it. It is
   * checked like every other tree.
   *
   * @param revision whose tree; of the given one only the digest counts
   * @param lineage where in the repository it may be found
   * @param context of the pass
   * @return the tree, which the caller closes; its revision tells author and message
   * @throws SourceException with code {@code SOURCE-REVISION-UNSUPPORTED} when the source keeps no
   *     earlier states, {@code SOURCE-REVISION-GONE} when it has this one no more or never had it,
   *     {@code SOURCE-REVISION-NOT-FOLLOWED} when the lineage forbids it, or as {@link #fetch}
   */
  default Snapshot fetchExactly(Revision revision, Lineage lineage, OperationContext context) {
    throw new SourceException(
        "SOURCE-REVISION-UNSUPPORTED",
        Retryability.NEVER,
        toString(),
        "it cannot give " + revision + ", because it keeps no earlier states",
        "bring the earlier content back as a new revision of the source",
        null);
  }

  /**
   * Which repository it reads, to find all sources of one: the same text for the same one, without
   * credentials.
   *
   * @return an address; empty when it has none, and is then known by its identity
   */
  default Optional<String> repository() {
    return Optional.empty();
  }

  @Override
  void close();
}
