package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Commits that a branch went past, over real transports. */
class ExactRevisionTest extends ServedHarness {
  private int commits;
  private int caches;

  @Test
  @DisplayName("a commit far behind the branch is had exactly, also by a mirror that never saw it")
  void goesFarBack() throws Exception {
    ObjectId root = push("main", commit());
    ObjectId tip = root;
    for (int i = 0; i < 100; i++) {
      tip = commit(tip);
    }
    push("main", tip);
    for (String url : urls()) {
      for (Lineage lineage : Lineage.values()) {
        try (GitSource source = source(url);
            Snapshot earlier = source.fetchExactly(revision(root), lineage, context)) {
          assertThat(earlier.read("number")).asString(StandardCharsets.UTF_8).isEqualTo("0");
          assertThat(earlier.revision().reference()).isEqualTo("main");
          assertThat(earlier.revision().commit().orElseThrow().message()).isEqualTo("number 0");
        }
      }
    }
  }

  @Test
  @DisplayName("a commit that the mirror has costs no request")
  void asksForNothingThatIsHere() throws Exception {
    ObjectId root = push("main", commit());
    try (GitSource source = source(server.url("repo.git"))) {
      ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot().close();
      push("main", commit(root));
      ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot().close();
      server.requests().clear();

      source.fetchExactly(revision(root), Lineage.ANYWHERE, context).close();

      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  @DisplayName("a commit of elsewhere is refused unless it is said to have been followed once")
  void refusesWhatWasNotFollowed() throws Exception {
    ObjectId root = push("main", commit());
    ObjectId elsewhere = push("fork", commit(root));
    push("main", commit(root));
    for (String url : urls()) {
      try (GitSource source = source(url)) {
        assertCode(source, elsewhere, Lineage.FOLLOWED, "SOURCE-REVISION-NOT-FOLLOWED");
        source.fetchExactly(revision(elsewhere), Lineage.ANYWHERE, context).close();
        assertCode(source, elsewhere, Lineage.FOLLOWED, "SOURCE-REVISION-NOT-FOLLOWED");
      }
    }
  }

  @Test
  @DisplayName("a commit that a rewritten history lost is had as long as the server has it")
  void goesBackBehindARewrite() throws Exception {
    ObjectId root = push("main", commit());
    ObjectId lost = push("main", commit(root));
    push("main", commit(root));
    try (GitSource source = source(server.url("repo.git"))) {
      source.fetchExactly(revision(lost), Lineage.ANYWHERE, context).close();
    }
    collectGarbage();
    for (String url : urls()) {
      try (GitSource source = source(url)) {
        assertCode(source, lost, Lineage.ANYWHERE, "SOURCE-REVISION-GONE");
        assertCode(source, lost, Lineage.FOLLOWED, "SOURCE-REVISION-NOT-FOLLOWED");
      }
    }
  }

  @Test
  @DisplayName(
      "a mirror that lost objects of an earlier commit is mended, not taken for the server")
  void mendsTheMirror() throws Exception {
    ObjectId root = push("main", commit());
    try (GitSource source = source(server.url("repo.git"))) {
      ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot().close();
      push("main", commit(root));
      ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot().close();
      try (Stream<Path> files = Files.walk(folder.resolve("cache" + caches))) {
        for (Path pack : files.filter(f -> f.toString().endsWith(".pack")).toList()) {
          Files.delete(pack);
        }
      }

      try (Snapshot earlier = source.fetchExactly(revision(root), Lineage.FOLLOWED, context)) {
        assertThat(earlier.read("number")).asString(StandardCharsets.UTF_8).isEqualTo("0");
      }
    }
  }

  @Test
  @DisplayName("a mirror of a local repository takes revision after revision, however many")
  void takesManyRevisions() throws Exception {
    ObjectId tip = push("main", commit());
    try (GitSource source = source(folder.resolve("repo.git").toString())) {
      for (int i = 0; i < 70; i++) {
        tip = push("main", commit(tip));
        FetchResult result = source.fetch(Optional.empty(), context);
        assertThat(result.revision().sameState(revision(tip))).isTrue();
        ((FetchResult.Fetched) result).snapshot().close();
      }
    }
  }

  @Test
  @DisplayName("a digest that is no commit is refused before anything is asked")
  void refusesWhatIsNoCommit() throws Exception {
    push("main", commit());
    Revision other = new Revision("main", Digest.sha256("x"), Optional.empty());
    try (GitSource source = source(server.url("repo.git"))) {
      assertThatThrownBy(() -> source.fetchExactly(other, Lineage.ANYWHERE, context))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("no commit");
      assertThat(server.requests()).isEmpty();
    }
  }

  private void assertCode(GitSource source, ObjectId commit, Lineage lineage, String code) {
    assertThatThrownBy(() -> source.fetchExactly(revision(commit), lineage, context).close())
        .isInstanceOfSatisfying(SourceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(commit.name());
  }

  private List<String> urls() {
    return List.of(folder.resolve("repo.git").toUri().toString(), server.url("repo.git"));
  }

  private void collectGarbage() throws Exception {
    Process gc =
        new ProcessBuilder("git", "gc", "--quiet", "--prune=now")
            .directory(folder.resolve("repo.git").toFile())
            .inheritIO()
            .start();
    assertThat(gc.waitFor()).isZero();
  }

  private static Revision revision(ObjectId commit) {
    return new Revision("main", new Digest("sha1", commit.name()), Optional.empty());
  }

  /** With a mirror of its own. */
  private GitSource source(String url) {
    return GitSource.builder(url)
        .reference("main")
        .cacheDirectory(folder.resolve("cache" + ++caches))
        .build();
  }

  private ObjectId commit(ObjectId... parents) throws IOException {
    int number = commits++;
    return repository.commit("number " + number, Map.of("number", String.valueOf(number)), parents);
  }

  private ObjectId push(String branch, ObjectId commit) throws IOException {
    return repository.push(branch, commit);
  }
}
