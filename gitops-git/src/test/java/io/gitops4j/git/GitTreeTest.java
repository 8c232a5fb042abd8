package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import io.gitops4j.source.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is read of the tree of a commit, and what is refused of it. */
class GitTreeTest extends RepositoryHarness {
  @Test
  @DisplayName("a link that leaves the repository is refused, and named")
  void refusesALinkOutside() throws Exception {
    ObjectId commit = hostile("passwd", FileMode.SYMLINK, "../../etc/passwd");
    try (GitSource source = source(commit.name());
        Snapshot snapshot = snapshot(source)) {
      assertThatThrownBy(() -> snapshot.read("passwd"))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("passwd")
          .hasMessageContaining("leaves the repository");
      assertThatThrownBy(() -> snapshot.materialise("", folder.resolve("out")))
          .isInstanceOf(SourceException.class);
    }
    assertThat(folder.resolve("out/passwd")).doesNotExist();
  }

  @Test
  @DisplayName("a submodule is told of, and its content is no file of the tree")
  void tellsOfSubmodules() throws Exception {
    DirCache index = git.getRepository().lockDirCache();
    DirCacheEditor editor = index.editor();
    ObjectId other = git.getRepository().resolve("HEAD");
    editor.add(
        new DirCacheEditor.PathEdit("app/vendor") {
          @Override
          public void apply(DirCacheEntry entry) {
            entry.setFileMode(FileMode.GITLINK);
            entry.setObjectId(other);
          }
        });
    editor.commit();
    git.commit().setMessage("submodule").setSign(false).call();
    try (GitSource source = source("main");
        Snapshot snapshot = snapshot(source)) {
      assertThat(snapshot.submodules("app")).containsExactly("app/vendor");
      assertThat(snapshot.submodules("")).containsExactly("app/vendor");
      assertThat(snapshot.files("app")).extracting(f -> f.path()).containsExactly("app/a.yaml");
    }
  }

  @Test
  @DisplayName("a tree with a name that is no name is refused, and named")
  void refusesHostileNames() throws Exception {
    for (String name : List.of("..", ".git", ".GiT", "git~1", "GIT~1", ".g\u200cit", "a\\b")) {
      ObjectId commit = hostile(name, FileMode.REGULAR_FILE, "x");
      try (GitSource source = source(commit.name());
          Snapshot snapshot = snapshot(source)) {
        assertThatThrownBy(() -> snapshot.files(""))
            .isInstanceOf(SourceException.class)
            .hasMessageContaining(name);
      }
    }
  }

  @Test
  @DisplayName("paths that leave the tree are refused, paths that do not exist are named")
  void refusesPathsOutside() {
    try (GitSource source = source("main");
        Snapshot snapshot = snapshot(source)) {
      assertThatThrownBy(() -> snapshot.read("../x")).hasMessageContaining("../x");
      assertThatThrownBy(() -> snapshot.read("/etc/passwd")).hasMessageContaining("/etc/passwd");
      assertThatThrownBy(() -> snapshot.files("nope")).hasMessageContaining("nope");
    }
  }

  @Test
  @DisplayName("a file over the limit is refused, and named")
  void refusesLargeFiles() {
    try (GitSource source = builder("main").limits(GitLimits.standard().withFileBytes(2)).build();
        Snapshot snapshot = snapshot(source)) {
      assertThatThrownBy(() -> snapshot.read("app/a.yaml"))
          .hasMessageContaining("app/a.yaml")
          .hasMessageContaining("limit");
    }
  }

  private ObjectId hostile(String name, FileMode mode, String content) throws IOException {
    try (ObjectInserter inserter = git.getRepository().newObjectInserter()) {
      ObjectId blob = inserter.insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
      TreeFormatter tree = new TreeFormatter();
      tree.append(name, mode, blob);
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(tree));
      commit.setAuthor(new PersonIdent("Ann", "ann@example.com"));
      commit.setCommitter(new PersonIdent("Ann", "ann@example.com"));
      commit.setMessage("hostile");
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate branch = git.getRepository().updateRef("refs/heads/hostile");
      branch.setNewObjectId(id);
      branch.forceUpdate();
      return id;
    }
  }
}
