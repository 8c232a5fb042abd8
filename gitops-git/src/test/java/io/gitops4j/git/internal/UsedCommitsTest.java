package io.gitops4j.git.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsedCommitsTest {
  @Test
  @DisplayName(
      "the newest commits and the one in use are kept, the others and their refs are let go")
  void keepsTheNewest(@TempDir Path folder) throws Exception {
    MirrorFolder.prepare(folder.resolve("mirror.git"));
    try (Repository repository = MirrorFolder.open(folder.resolve("mirror.git"))) {
      List<ObjectId> commits = new ArrayList<>();
      for (int second = 1; second <= 6; second++) {
        commits.add(commit(repository, second));
      }
      List<ObjectId> used = new ArrayList<>(commits);
      Collections.reverse(used);
      for (ObjectId commit : used) {
        UsedCommits.keep(repository, commit);
        UsedCommits.keep(repository, commit);
      }

      UsedCommits.trim(repository, 5, commits.get(0));
      assertThat(kept(repository)).hasSize(6);
      UsedCommits.trim(repository, 2, commits.get(0));

      assertThat(kept(repository))
          .containsExactlyInAnyOrder(commits.get(0), commits.get(4), commits.get(5));
    }
  }

  private static List<ObjectId> kept(Repository repository) throws IOException {
    return repository.getRefDatabase().getRefsByPrefix("refs/gitops4j/").stream()
        .map(Ref::getObjectId)
        .toList();
  }

  private static ObjectId commit(Repository repository, int second) throws IOException {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(Constants.OBJ_TREE, new TreeFormatter().toByteArray()));
      PersonIdent who =
          new PersonIdent("a", "a@example.com", Instant.ofEpochSecond(second), ZoneOffset.UTC);
      commit.setAuthor(who);
      commit.setCommitter(who);
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return id;
    }
  }
}
