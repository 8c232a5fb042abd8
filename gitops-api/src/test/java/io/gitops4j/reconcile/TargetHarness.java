package io.gitops4j.reconcile;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;

/** One target in memory. */
abstract class TargetHarness {
  final InMemorySource source = new InMemorySource();
  final InMemoryDestination destination = new InMemoryDestination();
  final TextSet.TextRenderer renderer = new TextSet.TextRenderer();

  final TargetBuilder<TextSet> target() {
    return target(source);
  }

  final TargetBuilder<TextSet> target(SourceProvider from) {
    return GitOps.target("test").source(from).renderer(renderer).destination(destination);
  }
}
