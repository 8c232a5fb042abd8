package io.gitops4j.source;

/** Where in a repository an exact revision may be found. */
public enum Lineage {
  /**
   * In the history of what the source follows. What was pushed elsewhere is refused: servers give
   * commits of forks under the name of the repository that was forked.
   */
  FOLLOWED,
  /**
   * Anywhere in the repository. For a revision that is known to have been followed once, because a
   * record says so: the history may have been rewritten since.
   */
  ANYWHERE
}
