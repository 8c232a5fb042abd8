package io.gitops4j.controller;

import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.util.Optional;

/** A source under the address of a repository. */
record Addressed(SourceProvider of, String address) implements SourceProvider {
  @Override
  public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
    return of.fetch(lastSeen, context);
  }

  @Override
  public Snapshot fetchExactly(Revision revision, Lineage lineage, OperationContext context) {
    return of.fetchExactly(revision, lineage, context);
  }

  @Override
  public Optional<String> repository() {
    return Optional.of(address);
  }

  @Override
  public void close() {
    of.close();
  }
}
