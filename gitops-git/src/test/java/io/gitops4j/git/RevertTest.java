package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.Sensitive;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Commits that bring earlier content back, pushed to real servers. */
class RevertTest extends ServedHarness {
  private static final Revert.Author ANN = new Revert.Author("Ann", "ann@example.com");

  private ObjectId good;

  @BeforeEach
  void makeFirst() throws Exception {
    good = push("main", commit("good", Map.of("app/a", "1", "app/x/b", "1", "lib/c", "1")));
  }

  @Test
  @DisplayName("one commit on top of the branch brings everything back, behind merges, too")
  void bringsEverythingBack() throws Exception {
    for (String url : List.of(folder.resolve("repo.git").toString(), server.url("repo.git"))) {
      ObjectId one = commit("one", Map.of("app/a", "2"), good);
      ObjectId side = commit("side", Map.of("app/a", "1", "app.d", "1"), good);
      ObjectId merge = push("main", commit("merge", Map.of("app/a", "2", "app.d", "1"), one, side));

      Revert.Pushed pushed;
      try (GitSource source = source(url)) {
        pushed = source.revert(Revert.to(revision(good), ANN, "two is broken\n"), context);
        assertThat(files(source)).isEqualTo(Map.of("app/a", "1", "app/x/b", "1", "lib/c", "1"));
      }

      RevCommit commit = head("main");
      assertThat(pushed).isEqualTo(new Revert.Pushed("main", commit.name(), merge.name(), 3));
      assertThat(commit.getParents()).containsExactly(git.getRepository().parseCommit(merge));
      assertThat(commit.getTree()).isEqualTo(git.getRepository().parseCommit(good).getTree());
      assertThat(commit.getAuthorIdent().getEmailAddress()).isEqualTo("ann@example.com");
      assertThat(commit.getFullMessage())
          .startsWith("Revert to " + good.abbreviate(8).name() + "\n\ntwo is broken\n\n")
          .contains("behind 3 commits", "- " + merge.abbreviate(8).name() + " merge", " side")
          .endsWith("\nReverted-To: " + good.name() + "\nReverted-From: " + merge.name() + "\n");
      push("main", good);
    }
  }

  @Test
  @DisplayName(
      "below a path only that comes back; what came into it goes, what went out of it comes")
  void bringsAPathBack() throws Exception {
    push(
        "main",
        commit("two", Map.of("app/a", "2", "app/new", "2", "app.d", "2", "lib/c", "2"), good));
    try (GitSource source = source(server.url("repo.git"))) {
      source.revert(Revert.to(revision(good), ANN, "").below("app/"), context);
      assertThat(files(source))
          .isEqualTo(Map.of("app/a", "1", "app/x/b", "1", "app.d", "2", "lib/c", "2"));

      source.revert(Revert.to(revision(good), ANN, "").below("app.d"), context);
      assertThat(files(source)).isEqualTo(Map.of("app/a", "1", "app/x/b", "1", "lib/c", "2"));
    }
    assertThat(head("main").getFullMessage()).contains("Revert app.d to", "Reverted-Path: app.d");
    assertThat(fsck()).isEmpty();
  }

  @Test
  @DisplayName("a deep branch is reverted by a mirror that has the newest commit only")
  void revertsADeepBranch() throws Exception {
    ObjectId tip = good;
    for (int i = 0; i < 100; i++) {
      tip = commit("number " + i, Map.of("app/a", "n" + i), tip);
    }
    push("main", tip);
    try (GitSource source = source(server.url("repo.git"))) {
      Revert.Pushed pushed = source.revert(Revert.to(revision(good), ANN, ""), context);
      assertThat(pushed.reverted()).isEqualTo(100);
    }
    assertThat(head("main").getFullMessage()).contains("- and 80 more");
  }

  @Test
  @DisplayName(
      "on a new branch it waits for whoever merges it; a branch that exists is not touched")
  void pushesToANewBranch() throws Exception {
    ObjectId two = push("main", commit("two", Map.of("app/a", "2"), good));
    try (GitSource source = source(server.url("repo.git"))) {
      Revert wish = Revert.to(revision(good), ANN, "").onNewBranch("back-to-good");

      Revert.Pushed pushed = source.revert(wish, context);

      assertThat(pushed.branch()).isEqualTo("back-to-good");
      assertThat(head("back-to-good").name()).isEqualTo(pushed.commit());
      assertThat(head("main")).isEqualTo(git.getRepository().parseCommit(two));
      Revert another = Revert.to(revision(good), ANN, "another").onNewBranch("back-to-good");
      assertCode(source, another, "SOURCE-BRANCH-EXISTS", "back-to-good");
      assertThat(head("back-to-good").name()).isEqualTo(pushed.commit());
    }
  }

  @Test
  @DisplayName(
      "who pushes beside it in between is kept; who pushes to the same is not reverted unseen")
  void losesNobodysPush() throws Exception {
    ObjectId two = push("main", commit("two", Map.of("app/a", "2"), good));
    Revert wish = Revert.to(revision(good), ANN, "").below("app");
    try (GitSource source = source(server.url("repo.git"))) {
      List<ObjectId> others = new ArrayList<>();
      server.beforePush(
          () -> {
            if (others.size() < 2) {
              others.add(pushed(Map.of("app/a", "2", "lib/c", "" + others.size())));
            }
          });
      source.revert(wish, context);
      assertThat(others).hasSize(2);
      assertThat(head("main").getParent(0)).isEqualTo(others.get(1));
      assertThat(files(source)).isEqualTo(Map.of("app/a", "1", "app/x/b", "1", "lib/c", "1"));

      push("main", two);
      server.beforePush(() -> pushed(Map.of("app/a", "cure")));
      assertCode(source, wish, "SOURCE-BRANCH-MOVED", "it may be the cure");
      assertThat(head("main").getShortMessage()).isEqualTo("other");
    }
  }

  @Test
  @DisplayName(
      "a server that refuses is heard: its hook's words are in the error, and nothing moved")
  void hearsTheServer() throws Exception {
    ObjectId two = push("main", commit("two", Map.of("app/a", "2"), good));
    Path hook = folder.resolve("repo.git/hooks/pre-receive");
    Files.createDirectories(hook.getParent());
    Files.writeString(
        hook, "#!/bin/sh\necho 'main is protected: open a pull request' >&2\nexit 1\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
    try (GitSource source = source(server.url("repo.git"))) {
      assertCode(
          source,
          Revert.to(revision(good), ANN, ""),
          "SOURCE-PUSH-REFUSED",
          "main is protected: open a pull request");
    }
    assertThat(head("main")).isEqualTo(git.getRepository().parseCommit(two));
  }

  @Test
  @DisplayName("who may read but not push is told so")
  void tellsWhoMayNotPush() throws Exception {
    push("main", commit("two", Map.of("app/a", "2"), good));
    StoredConfig config = git.getRepository().getConfig();
    config.setBoolean("http", null, "receivepack", false);
    config.save();
    GitCredentials ann = new GitCredentials.Basic("ann", Sensitive.of("canary-pass"));
    try (GitHttpServer guarded = GitHttpServer.guarded(folder, "ann", "canary-pass");
        GitSource source = builder(guarded.url("repo.git")).credentials(ann).build()) {
      assertThatThrownBy(() -> source.revert(Revert.to(revision(good), ANN, ""), context))
          .isInstanceOfSatisfying(
              SourceException.class,
              e ->
                  assertThat(e.code()).as(e.getMessage()).isEqualTo("SOURCE-AUTHENTICATION-FAILED"))
          .satisfies(e -> assertThat(e.toString()).doesNotContain("canary"));
    }
  }

  @Test
  @DisplayName("nothing to revert, a commit of elsewhere and a tag that is followed are told apart")
  void refusesWhatMakesNoSense() throws Exception {
    ObjectId elsewhere = push("fork", commit("fork", Map.of("app/a", "f"), good));
    ObjectId two = push("main", commit("two", Map.of("app/a", "1", "other", "2"), good));
    git.tag()
        .setName("v1")
        .setObjectId(git.getRepository().parseCommit(two))
        .setAnnotated(false)
        .call();
    try (GitSource source = source(server.url("repo.git"));
        GitSource tag = builder(server.url("repo.git")).reference("v1").build()) {
      assertCode(source, Revert.to(revision(two), ANN, ""), "SOURCE-NOTHING-TO-REVERT", two.name());
      assertCode(
          source,
          Revert.to(revision(good), ANN, "").below("none"),
          "SOURCE-NOTHING-TO-REVERT",
          "none");
      assertCode(
          source,
          Revert.to(revision(elsewhere), ANN, ""),
          "SOURCE-REVISION-NOT-FOLLOWED",
          elsewhere.name());
      assertCode(tag, Revert.to(revision(good), ANN, ""), "SOURCE-NOT-A-BRANCH", "v1");
    }
    assertThatThrownBy(
            () ->
                new Revert(
                    revision(good), "../x", Optional.of("a..b"), new Revert.Author("", ""), ""))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("path", "branch", "author");
  }

  private void assertCode(GitSource source, Revert wish, String code, String said) {
    assertThatThrownBy(() -> source.revert(wish, context))
        .isInstanceOfSatisfying(
            SourceException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(said);
  }

  private Map<String, String> files(GitSource source) {
    Map<String, String> files = new TreeMap<>();
    try (Snapshot snapshot =
        ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot()) {
      for (SnapshotFile file : snapshot.files("")) {
        files.put(file.path(), new String(snapshot.read(file.path()), StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  private List<String> fsck() throws Exception {
    Process fsck =
        new ProcessBuilder("git", "fsck", "--strict", "--no-dangling")
            .directory(folder.resolve("repo.git").toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(fsck.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    fsck.waitFor();
    return said.lines().filter(l -> !l.startsWith("Checking") && !l.startsWith("notice")).toList();
  }

  private static Revision revision(ObjectId commit) {
    return new Revision("main", new Digest("sha1", commit.name()), Optional.empty());
  }

  private GitSource source(String url) {
    return builder(url).build();
  }

  private GitSource.Builder builder(String url) {
    return GitSource.builder(url).reference("main").cacheDirectory(folder.resolve("cache"));
  }

  private RevCommit head(String branch) throws IOException {
    Repository repository = git.getRepository();
    return repository.parseCommit(repository.exactRef("refs/heads/" + branch).getObjectId());
  }

  /** As somebody else does it, on top of what is there. */
  private ObjectId pushed(Map<String, String> files) {
    try {
      return push("main", commit("other", files, head("main")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectId commit(String message, Map<String, String> files, ObjectId... parents)
      throws IOException {
    return repository.commit(message, files, parents);
  }

  private ObjectId push(String branch, ObjectId commit) throws IOException {
    return repository.push(branch, commit);
  }
}
