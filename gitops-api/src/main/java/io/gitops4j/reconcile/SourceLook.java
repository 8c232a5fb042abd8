package io.gitops4j.reconcile;

import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.SourceProvider;
import java.util.Optional;

/** A look at where a source stands, whose tree nobody wants. */
final class SourceLook {
  private SourceLook() {}

  /** Where it stands. */
  static Revision at(SourceProvider source, Optional<Revision> lastSeen, OperationContext context) {
    FetchResult result = source.fetch(lastSeen, context);
    if (result instanceof FetchResult.Fetched fetched) {
      fetched.snapshot().close();
    }
    return result.revision();
  }
}
