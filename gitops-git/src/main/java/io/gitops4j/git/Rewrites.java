package io.gitops4j.git;

import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What happens when a reference is moved to a commit whose history does not hold the one that it
 * stood at, as a force push does. Immutable.
 *
 * <p>Revisions are fetched without their history. To tell a rewrite from a step forward, as much
 * history is fetched as it takes to find the old commit, and all of it before one is called a
 * rewrite. Where a reference stood is remembered in the cache directory.
 */
public sealed interface Rewrites {
  /** It is followed, and not looked for: nothing of the history is fetched. */
  record Follow() implements Rewrites {}

  /**
   * It is followed, and told.
   *
   * @param listener who hears of it, on the thread of the pass
   */
  record Tell(Consumer<Rewrite> listener) implements Rewrites {
    /** Checks that somebody listens. */
    public Tell {
      Objects.requireNonNull(listener, "listener");
    }
  }

  /**
   * It is an error, with code {@code SOURCE-HISTORY-REWRITTEN}.
   *
   * @param accepted full ids of commits that are followed all the same
   */
  record Refuse(Set<String> accepted) implements Rewrites {
    /** Copies the ids. */
    public Refuse {
      accepted = Set.copyOf(accepted);
    }
  }

  /**
   * A history that was rewritten.
   *
   * @param repository its address, without credentials
   * @param reference that moved, as the server names it
   * @param before full id of the commit that it stood at
   * @param after full id of the one that it stands at, whose history does not hold the other
   */
  record Rewrite(String repository, String reference, String before, String after) {}
}
