package io.gitops4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import io.gitops4j.source.SourceProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link SourceProvider} promises. Extend it with a source that a test can write to. */
public abstract class SourceProviderContract {
  private final OperationContext context = OperationContext.create();

  /** Makes the tree of the source exactly this, as a new revision. */
  protected abstract void commit(Map<String, String> files) throws Exception;

  /** The source, which the contract closes. */
  protected abstract SourceProvider source();

  /** Whether the source can give earlier revisions. */
  protected boolean keepsHistory() {
    return true;
  }

  @Test
  @DisplayName("what was committed is read, sorted by path, and below a directory only")
  void readsWhatWasCommitted() throws Exception {
    commit(Map.of("b/two.txt", "2", "a.txt", "1", "b/c/three.txt", "3"));
    try (SourceProvider source = source();
        Snapshot snapshot = snapshot(source)) {
      assertThat(snapshot.files(""))
          .extracting(SnapshotFile::path)
          .containsExactly("a.txt", "b/c/three.txt", "b/two.txt");
      assertThat(snapshot.files("b"))
          .extracting(SnapshotFile::path)
          .containsExactly("b/c/three.txt", "b/two.txt");
      assertThat(new String(snapshot.read("b/two.txt"), StandardCharsets.UTF_8)).isEqualTo("2");
    }
  }

  @Test
  @DisplayName("an unchanged source says so, a changed one gives the new tree")
  void tellsWhetherItChanged() throws Exception {
    commit(Map.of("a.txt", "1"));
    try (SourceProvider source = source()) {
      Revision seen;
      try (Snapshot snapshot = snapshot(source)) {
        seen = snapshot.revision();
      }
      assertThat(source.fetch(Optional.of(seen), context).kind())
          .isEqualTo(FetchResult.Kind.UNCHANGED);

      commit(Map.of("a.txt", "2"));

      FetchResult next = source.fetch(Optional.of(seen), context);
      assertThat(next.kind()).isEqualTo(FetchResult.Kind.FETCHED);
      assertThat(next.revision().sameState(seen)).isFalse();
      ((FetchResult.Fetched) next).snapshot().close();
    }
  }

  @Test
  @DisplayName("an earlier revision is had exactly, though the source moved on, or refused as such")
  void goesBack() throws Exception {
    commit(Map.of("a.txt", "1"));
    try (SourceProvider source = source()) {
      Revision first;
      try (Snapshot snapshot = snapshot(source)) {
        first = snapshot.revision();
      }
      commit(Map.of("a.txt", "2", "b.txt", "2"));
      snapshot(source).close();

      for (Lineage lineage : Lineage.values()) {
        if (!keepsHistory()) {
          assertThatThrownBy(() -> source.fetchExactly(first, lineage, context).close())
              .isInstanceOfSatisfying(
                  SourceException.class,
                  e -> assertThat(e.code()).isEqualTo("SOURCE-REVISION-UNSUPPORTED"));
          continue;
        }
        try (Snapshot earlier = source.fetchExactly(first, lineage, context)) {
          assertThat(earlier.revision().sameState(first)).isTrue();
          assertThat(earlier.revision().commit()).isEqualTo(first.commit());
          assertThat(earlier.files("")).extracting(SnapshotFile::path).containsExactly("a.txt");
          assertThat(earlier.read("a.txt")).asString(StandardCharsets.UTF_8).isEqualTo("1");
        }
      }
      assertThat(source.fetch(Optional.of(first), context).kind())
          .as("where the source stands is another matter")
          .isEqualTo(FetchResult.Kind.FETCHED);
    }
  }

  @Test
  @DisplayName("a revision that the source never had is an error that names it")
  void namesWhatItNeverHad() throws Exception {
    commit(Map.of("a.txt", "1"));
    Revision never = new Revision("main", new Digest("sha1", "5".repeat(40)), Optional.empty());
    try (SourceProvider source = source()) {
      for (Lineage lineage : Lineage.values()) {
        assertThatThrownBy(() -> source.fetchExactly(never, lineage, context).close())
            .isInstanceOfSatisfying(
                SourceException.class,
                e -> assertThat(e.code()).as(e.getMessage()).startsWith("SOURCE-REVISION-"))
            .hasMessageContaining(never.digest().hex());
      }
    }
  }

  @Test
  @DisplayName("a path that does not exist is an error that names it")
  void namesWhatIsMissing() throws Exception {
    commit(Map.of("a.txt", "1"));
    try (SourceProvider source = source();
        Snapshot snapshot = snapshot(source)) {
      assertThatThrownBy(() -> snapshot.read("nope.txt"))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("nope.txt");
      assertThatThrownBy(() -> snapshot.files("nope"))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("nope");
    }
  }

  @Test
  @DisplayName("a directory is written to disk with its paths from the root")
  void materialises(@TempDir Path folder) throws Exception {
    commit(Map.of("a.txt", "1", "b/two.txt", "2"));
    try (SourceProvider source = source();
        Snapshot snapshot = snapshot(source)) {
      snapshot.materialise("b", folder);
    }
    assertThat(folder.resolve("a.txt")).doesNotExist();
    assertThat(Files.readString(folder.resolve("b/two.txt"))).isEqualTo("2");
  }

  @Test
  @DisplayName("a cancelled pass fetches nothing")
  void obeysCancellation() throws Exception {
    commit(Map.of("a.txt", "1"));
    OperationContext cancelled = OperationContext.create();
    cancelled.cancel();
    try (SourceProvider source = source()) {
      assertThatThrownBy(() -> source.fetch(Optional.empty(), cancelled))
          .isInstanceOf(OperationCancelledException.class);
    }
  }

  private Snapshot snapshot(SourceProvider source) {
    return ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot();
  }
}
