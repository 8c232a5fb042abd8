package io.gitops4j.git.internal;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.git.GitLimits;
import java.io.IOException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * Whether a mirror has all of a revision, and that is not more than may be read. A few trees that
 * hold each other many times over are a small pack and any number of files.
 */
record WholeTree(Remote remote, GitLimits limits) {
  /** What no file system takes, and a name in a tree can still be. */
  private static final int LONGEST_PATH = 4096;

  /**
   * The commit whose tree is here.
   *
   * @throws IOException when something of it is not
   * @throws SourceException when there is too much of it
   */
  RevCommit of(Repository repository, ObjectId id) throws IOException {
    try (RevWalk walk = new RevWalk(repository);
        TreeWalk tree = new TreeWalk(repository)) {
      RevCommit commit = walk.parseCommit(id);
      tree.addTree(commit.getTree());
      int files = 0;
      while (tree.next()) {
        check(id, ++files, tree.getPathLength());
        if (tree.isSubtree()) {
          tree.enterSubtree();
        } else if (tree.getFileMode(0) != FileMode.GITLINK
            && !tree.getObjectReader().has(tree.getObjectId(0))) {
          throw new IOException("object of " + tree.getPathString() + " is missing");
        }
      }
      return commit;
    }
  }

  private void check(ObjectId commit, int files, int pathLength) {
    if (files > limits.files()) {
      throw refused(
          commit,
          "has more than " + limits.files() + " files",
          "find out who made it so large; if it is meant to be, raise GitLimits.files");
    }
    if (pathLength > LONGEST_PATH) {
      throw refused(
          commit,
          "has a path that is longer than " + LONGEST_PATH + " bytes",
          "remove it from the repository");
    }
  }

  private SourceException refused(ObjectId commit, String why, String next) {
    return remote.error(
        "SOURCE-TOO-LARGE",
        Retryability.RETRY_ON_CHANGE,
        "commit " + commit.name() + " " + why,
        next,
        null);
  }
}
