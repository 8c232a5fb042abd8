package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Revision;
import io.gitops4j.model.Sensitive;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.Daemon;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a source follows a repository, and what it says of one that it cannot read. */
class GitSourceTest extends RepositoryHarness {
  @Test
  @DisplayName("a branch is fetched with author and message, and an unchanged one is not fetched")
  void followsABranch() throws Exception {
    try (GitSource source = source("main")) {
      Revision first = fetched(source);
      assertThat(first.reference()).isEqualTo("main");
      assertThat(first.commit().orElseThrow().author()).isEqualTo("Ann <ann@example.com>");
      assertThat(source.fetch(Optional.of(first), context))
          .isInstanceOf(FetchResult.Unchanged.class);

      commit("app/a.yaml", "two");

      assertThat(read(source, "app/a.yaml")).isEqualTo("two");
    }
  }

  @ParameterizedTest
  @DisplayName("an address with a password that is not escaped is refused, and not shown")
  @ValueSource(
      strings = {"https://u:ab/canary@example.com/r.git", "ssh://u:ab/canary@example.com/r"})
  void refusesUnescapedPasswords(String url) {
    assertThatThrownBy(() -> GitSource.builder(url).cacheDirectory(folder).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("must be escaped")
        .hasMessageNotContaining("canary");
  }

  @Test
  @DisplayName("fault 35: a branch that is force-pushed is followed")
  void followsAForcePush() throws Exception {
    try (GitSource source = source("main")) {
      ObjectId first = git.getRepository().resolve("HEAD");
      commit("app/a.yaml", "two");
      assertThat(read(source, "app/a.yaml")).isEqualTo("two");

      git.reset()
          .setMode(org.eclipse.jgit.api.ResetCommand.ResetType.HARD)
          .setRef(first.name())
          .call();
      commit("app/a.yaml", "other");

      assertThat(read(source, "app/a.yaml")).isEqualTo("other");
    }
  }

  @Test
  @DisplayName("a repository that does not exist is an error")
  void refusesAnUnknownRepository() {
    try (GitSource source =
        GitSource.builder(folder.resolve("none").toUri().toString())
            .cacheDirectory(cache)
            .build()) {
      assertThatThrownBy(() -> source.fetch(Optional.empty(), context))
          .isInstanceOfSatisfying(
              SourceException.class,
              e -> assertThat(e.code()).isEqualTo("SOURCE-REPOSITORY-NOT-FOUND"));
    }
  }

  @Test
  @DisplayName("no password appears in an error, in no message of its causes")
  void keepsPasswords() {
    try (GitSource source =
        GitSource.builder("http://user:canary-pass@127.0.0.1:1/repo.git")
            .cacheDirectory(cache)
            .credentials(new GitCredentials.Basic("user", Sensitive.of("canary-other")))
            .build()) {
      assertThatThrownBy(() -> source.fetch(Optional.empty(), context))
          .isInstanceOf(SourceException.class)
          .satisfies(
              e -> {
                for (Throwable t = e; t != null; t = t.getCause()) {
                  assertThat(t.toString()).doesNotContain("canary");
                }
              })
          .satisfies(e -> assertThat(((SourceException) e).code()).isEqualTo("SOURCE-UNREACHABLE"));
    }
  }

  @Test
  @DisplayName("every problem of a configuration is told at once")
  void listsAllProblems() {
    assertThatThrownBy(() -> GitSource.builder("ftp://x/y").reference(" ").build())
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(3));
  }

  @Test
  @DisplayName("a mirror that took many revisions does not pile up packs")
  void keepsTheMirrorTidy() throws Exception {
    try (GitSource source = source("main")) {
      for (int i = 0; i < 60; i++) {
        commit("app/a.yaml", "number: " + i);
        assertThat(read(source, "app/a.yaml")).isEqualTo("number: " + i);
      }
    }

    try (Stream<Path> files = Files.walk(cache)) {
      assertThat(files.filter(f -> f.toString().endsWith(".pack"))).hasSizeLessThan(40);
    }
  }

  @Test
  @DisplayName("many threads on one mirror all get the same tree")
  void sharesTheMirror() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<String>> reads = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        reads.add(
            () -> {
              try (GitSource source = source("main")) {
                return read(source, "app/a.yaml");
              }
            });
      }
      for (Future<String> read : threads.invokeAll(reads)) {
        assertThat(read.get()).isEqualTo("one");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @DisplayName("the git protocol works, also for a commit that is not advertised")
  void speaksTheGitProtocol() throws Exception {
    String first = git.getRepository().resolve("HEAD").name();
    commit("app/a.yaml", "two");
    Daemon daemon = new Daemon(new InetSocketAddress("127.0.0.1", 0));
    daemon.setRepositoryResolver(
        (request, name) -> {
          git.getRepository().incrementOpen();
          return git.getRepository();
        });
    daemon.getService("git-upload-pack").setEnabled(true);
    daemon.start();
    try {
      String url = "git://127.0.0.1:" + daemon.getAddress().getPort() + "/repo.git";
      for (var expected : List.of(List.of("main", "two"), List.of(first, "one"))) {
        try (GitSource source =
            GitSource.builder(url).reference(expected.get(0)).cacheDirectory(cache).build()) {
          assertThat(read(source, "app/a.yaml")).isEqualTo(expected.get(1));
        }
      }
    } finally {
      daemon.stopAndWait();
    }
  }

  private Revision fetched(GitSource source) {
    try (Snapshot snapshot = snapshot(source)) {
      assertThat(snapshot.files("app")).extracting(SnapshotFile::path).contains("app/a.yaml");
      return snapshot.revision();
    }
  }
}
