package io.gitops4j.git.internal;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * The commits of a mirror that were used. A fetch by id writes no ref, and a branch moves: so each
 * stays reachable by a ref of its own. Under the lock of the mirror.
 */
final class UsedCommits {
  private static final String PREFIX = "refs/gitops4j/commits/";

  private UsedCommits() {}

  /** Keeps one. */
  static void keep(Repository repository, ObjectId commit) throws IOException {
    RefUpdate update = repository.updateRef(PREFIX + commit.name());
    update.setNewObjectId(commit);
    check(update, update.forceUpdate());
  }

  /**
   * Lets go of the oldest, so that no more are kept than given beside the one in use. What is gone
   * on with after that is fetched again.
   */
  static void trim(Repository repository, int most, ObjectId used) throws IOException {
    List<Ref> refs =
        repository.getRefDatabase().getRefsByPrefix(PREFIX).stream()
            .filter(ref -> !ref.getObjectId().equals(used))
            .toList();
    if (refs.size() <= most) {
      return;
    }
    Map<Ref, Integer> times = new HashMap<>();
    try (RevWalk walk = new RevWalk(repository)) {
      for (Ref ref : refs) {
        times.put(ref, walk.parseCommit(ref.getObjectId()).getCommitTime());
      }
    }
    List<Ref> oldest =
        refs.stream().sorted(Comparator.comparing(times::get)).limit(refs.size() - most).toList();
    for (Ref ref : oldest) {
      RefUpdate update = repository.updateRef(ref.getName());
      update.setForceUpdate(true);
      check(update, update.delete());
    }
  }

  private static void check(RefUpdate update, RefUpdate.Result result) throws IOException {
    switch (result) {
      case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
      default ->
          throw new IOException("ref " + update.getName() + " could not be written: " + result);
    }
  }
}
