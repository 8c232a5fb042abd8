package io.gitops4j.git;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A repository with one file, and the sources that read it. */
abstract class RepositoryHarness {
  final OperationContext context = OperationContext.create();
  @TempDir Path folder;
  WorkTree tree;
  Git git;
  Path cache;

  @BeforeEach
  final void makeRepository() throws Exception {
    cache = folder.resolve("cache");
    tree = WorkTree.at(folder.resolve("repo"));
    git = tree.git();
    commit("app/a.yaml", "one");
  }

  @AfterEach
  final void close() {
    tree.close();
  }

  final void commit(String path, String content) throws Exception {
    tree.write(path, content).commit("set " + path);
  }

  final GitSource.Builder builder(String reference) {
    return GitSource.builder(folder.resolve("repo").toUri().toString())
        .reference(reference)
        .cacheDirectory(cache);
  }

  final GitSource source(String reference) {
    return builder(reference).build();
  }

  final Snapshot snapshot(GitSource source) {
    return ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot();
  }

  final String read(GitSource source, String path) {
    try (Snapshot snapshot = snapshot(source)) {
      return new String(snapshot.read(path), StandardCharsets.UTF_8);
    }
  }
}
