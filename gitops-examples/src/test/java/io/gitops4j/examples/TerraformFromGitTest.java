package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.RenderException;
import io.gitops4j.git.GitLimits;
import io.gitops4j.git.GitSource;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.terraform.TerraformRenderer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a Git repository make a workspace. */
class TerraformFromGitTest {
  @TempDir Path folder;

  @Test
  @DisplayName("what lies below a directory that a module links to is in the workspace")
  void followsLinkedDirectories() throws Exception {
    write("infra/main.tf", "");
    write("shared/policies/a.json", "{}");
    Files.createSymbolicLink(repo().resolve("infra/policies"), Path.of("../shared/policies"));

    assertThat(render())
        .containsOnlyKeys("infra/main.tf", "infra/policies/a.json")
        .hasEntrySatisfying("infra/policies/a.json", a -> assertThat(a).asString().isEqualTo("{}"));
  }

  @Test
  @DisplayName("a file that is named and whose size the source refuses is an error, not left out")
  void refusesLargeFiles() throws Exception {
    write("infra/main.tf", "locals {\n  all = fileset(\"../data\", \"*.json\")\n}\n");
    write("data/a.json", "{}");
    write("data/large.json", "x".repeat(1000));

    assertThatThrownBy(this::render)
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("infra/main.tf, line 2")
        .hasMessageContaining("data/large.json")
        .hasMessageContaining("GitLimits.fileBytes");
  }

  @Test
  @DisplayName("of a directory above the module links are followed, and .git and links out are not")
  void readsAboveTheModule() throws Exception {
    write(
        "infra/main.tf",
        """
        locals {
          all  = fileset("${path.root}/..", "**")
          head = try(file("${path.root}/../.git/HEAD"), "")
        }
        """);
    write("shared/a.json", "{}");
    Files.createSymbolicLink(repo().resolve("dir"), Path.of("shared"));
    Files.createSymbolicLink(repo().resolve("one.json"), Path.of("shared/a.json"));
    Files.createSymbolicLink(repo().resolve("out"), Path.of("../../etc"));
    Files.createSymbolicLink(repo().resolve("gone"), Path.of("nowhere"));

    assertThat(render())
        .containsOnlyKeys("infra/main.tf", "shared/a.json", "dir/a.json", "one.json");
  }

  @Test
  @DisplayName("a directory of a submodule that is named is an error: its files are not fetched")
  void refusesSubmodules() throws Exception {
    write("infra/main.tf", "locals {\n  all = fileset(\"..\", \"vendor/x/*.json\")\n}\n");
    try (Git other = Git.init().setDirectory(repo().resolve("vendor").toFile()).call()) {
      other.commit().setMessage("one").setAuthor("Ann", "ann@example.com").setSign(false).call();
    }

    assertThatThrownBy(this::render)
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("infra/main.tf, line 2")
        .hasMessageContaining("vendor: is a submodule");
  }

  private Path repo() {
    return folder.resolve("repo");
  }

  private void write(String path, String content) throws Exception {
    Path file = repo().resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private Map<String, byte[]> render() throws Exception {
    try (Git git = Git.init().setDirectory(repo().toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit().setMessage("files").setAuthor("Ann", "ann@example.com").setSign(false).call();
    }
    OperationContext context = OperationContext.create();
    try (GitSource source =
            GitSource.builder(repo().toUri().toString())
                .reference("main")
                .cacheDirectory(folder.resolve("cache"))
                .limits(GitLimits.standard().withFileBytes(500))
                .build();
        Snapshot snapshot =
            ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot()) {
      return TerraformRenderer.path("infra").render(snapshot, context).files();
    }
  }
}
