package io.gitops4j.source;

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
