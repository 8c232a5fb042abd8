package io.gitops4j.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitLinksTest {
  @TempDir Path folder;
  private GitSource source;
  private Snapshot snapshot;

  @BeforeEach
  void makeRepository() throws Exception {
    Path repo = folder.resolve("repo");
    Files.createDirectories(repo.resolve("app"));
    Files.writeString(repo.resolve("app/a.yaml"), "one");
    Files.createSymbolicLink(repo.resolve("app/link.yaml"), Path.of("a.yaml"));
    Files.createSymbolicLink(repo.resolve("old"), Path.of("app"));
    Files.createSymbolicLink(repo.resolve("older"), Path.of("old/"));
    Files.createSymbolicLink(repo.resolve("gone"), Path.of("nowhere"));
    try (Git git = Git.init().setDirectory(repo.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit().setMessage("links").setAuthor("Ann", "ann@example.com").setSign(false).call();
    }
    source =
        GitSource.builder(repo.toUri().toString())
            .reference("main")
            .cacheDirectory(folder.resolve("cache"))
            .build();
    snapshot =
        ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
            .snapshot();
  }

  @AfterEach
  void close() {
    snapshot.close();
    source.close();
  }

  @Test
  @DisplayName("a link inside the repository reads as what it leads to")
  void followsALinkInside() {
    assertThat(new String(snapshot.read("app/link.yaml"), UTF_8)).isEqualTo("one");
    assertThat(new String(snapshot.read("older/link.yaml"), UTF_8)).isEqualTo("one");
  }

  @Test
  @DisplayName(
      "a link is listed by its own name, wherever it leads to, and files are read below it")
  void listsLinksByTheirNames() {
    assertThat(snapshot.files(""))
        .extracting(SnapshotFile::path)
        .containsExactly("app/a.yaml", "app/link.yaml", "gone", "old", "older");
    assertThat(snapshot.files("older"))
        .extracting(SnapshotFile::path)
        .containsExactly("older/a.yaml", "older/link.yaml");
  }

  @Test
  @DisplayName("where a path leads to is told without the links in it")
  void tellsWherePathsLeadTo() {
    assertThat(snapshot.real("older/link.yaml")).isEqualTo("app/a.yaml");
    assertThat(snapshot.real("older")).isEqualTo("app");
    assertThat(snapshot.real("app/a.yaml")).isEqualTo("app/a.yaml");
    assertThatThrownBy(() -> snapshot.real("gone/a.yaml"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("gone/a.yaml: leads over a link to ");
    assertThatThrownBy(() -> snapshot.real("app/b.yaml"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("app/b.yaml: does not exist");
  }
}
