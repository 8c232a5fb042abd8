package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutableFilesTest {
  @TempDir Path folder;

  @Test
  @DisplayName("a snapshot tells which files Git keeps as programs, also through a link")
  void tellsPrograms() throws Exception {
    Path tree = folder.resolve("repo");
    try (Git git = Git.init().setInitialBranch("main").setDirectory(tree.toFile()).call()) {
      Files.writeString(tree.resolve("run.sh"), "#!/bin/sh\n");
      assertThat(tree.resolve("run.sh").toFile().setExecutable(true)).isTrue();
      Files.writeString(tree.resolve("text.sh"), "#!/bin/sh\n");
      Files.createSymbolicLink(tree.resolve("link.sh"), Path.of("run.sh"));
      git.add().addFilepattern(".").call();
      git.commit().setMessage("all").setAuthor("Ann", "ann@example.com").setSign(false).call();
    }
    try (GitSource source =
            GitSource.builder(tree.toUri().toString())
                .reference("main")
                .cacheDirectory(folder.resolve("cache"))
                .build();
        Snapshot snapshot =
            ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
                .snapshot()) {
      assertThat(snapshot.executable("run.sh")).isTrue();
      assertThat(snapshot.executable("link.sh")).isTrue();
      assertThat(snapshot.executable("text.sh")).isFalse();
      assertThatThrownBy(() -> snapshot.executable("none.sh"))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("none.sh");
    }
  }
}
