package io.gitops4j.tck;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.error.Stage;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import io.gitops4j.source.SourceProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A source that a test writes to. Every commit is a new revision. Thread-safe. */
public final class InMemorySource implements SourceProvider {
  private final Map<Digest, MapSnapshot> history = new HashMap<>();
  private MapSnapshot head =
      new MapSnapshot(revision("initial", Map.of()), new TreeMap<>(), Set.of());

  /** Commits a whole tree in place of the one before: path to content. */
  public synchronized Revision commit(String message, Map<String, String> tree) {
    return commit(message, tree, Set.of());
  }

  /** The same, where some of the files are programs. */
  public synchronized Revision commit(
      String message, Map<String, String> tree, Set<String> programs) {
    head = new MapSnapshot(revision(message, tree), new TreeMap<>(tree), Set.copyOf(programs));
    history.put(head.revision().digest(), head);
    return head.revision();
  }

  /** A source with one revision. */
  public static InMemorySource holding(Map<String, String> tree) {
    InMemorySource source = new InMemorySource();
    source.commit("one", tree);
    return source;
  }

  /** What was committed last. */
  public synchronized Snapshot snapshot() {
    return head;
  }

  @Override
  public synchronized FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
    context.checkActive(Stage.SOURCE);
    if (lastSeen.isPresent() && lastSeen.get().sameState(head.revision())) {
      return new FetchResult.Unchanged(head.revision());
    }
    return new FetchResult.Fetched(head);
  }

  @Override
  public synchronized Snapshot fetchExactly(
      Revision revision, Lineage lineage, OperationContext context) {
    context.checkActive(Stage.SOURCE);
    MapSnapshot earlier = history.get(revision.digest());
    if (earlier == null) {
      throw new SourceException(
          "SOURCE-REVISION-GONE",
          Retryability.RETRY_ON_CHANGE,
          "memory",
          "it has no revision " + revision,
          "choose another revision",
          null);
    }
    return earlier;
  }

  @Override
  public void close() {
    // Nothing is held.
  }

  private static Revision revision(String message, Map<String, String> tree) {
    Digest digest = Digest.sha256(message + new TreeMap<>(tree));
    return new Revision(
        "main",
        digest,
        Optional.of(
            new Revision.Commit(
                "Test <test@example.com>", "Test <test@example.com>", Instant.EPOCH, message)));
  }

  private record MapSnapshot(
      Revision revision, SortedMap<String, String> tree, Set<String> programs) implements Snapshot {
    @Override
    public List<SnapshotFile> files(String directory) {
      String prefix = directory.isEmpty() ? "" : directory + "/";
      List<SnapshotFile> found =
          tree.entrySet().stream()
              .filter(e -> e.getKey().startsWith(prefix))
              .map(
                  e ->
                      new SnapshotFile(
                          e.getKey(), bytes(e.getValue()).length, Digest.sha256(e.getValue())))
              .toList();
      if (found.isEmpty() && !directory.isEmpty()) {
        throw notFound(directory);
      }
      return found;
    }

    @Override
    public byte[] read(String path) {
      String content = tree.get(path);
      if (content == null) {
        throw notFound(path);
      }
      return bytes(content);
    }

    @Override
    public boolean executable(String path) {
      return programs.contains(path);
    }

    @Override
    public void materialise(String directory, Path into) {
      for (SnapshotFile file : files(directory)) {
        try {
          Path target = into.resolve(file.path());
          Files.createDirectories(target.getParent());
          Files.write(target, read(file.path()));
        } catch (IOException e) {
          throw new SourceException(
              "SOURCE-IO", Retryability.RETRY, file.path(), "cannot be written", "try again", e);
        }
      }
    }

    @Override
    public void close() {
      // Nothing is held.
    }

    private SourceException notFound(String path) {
      return new SourceException(
          "SOURCE-PATH-NOT-FOUND",
          Retryability.RETRY_ON_CHANGE,
          path,
          "does not exist at " + revision,
          "check the path",
          null);
    }

    private static byte[] bytes(String content) {
      return content.getBytes(StandardCharsets.UTF_8);
    }
  }
}
