package io.gitops4j.git.internal;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.git.Rewrites;
import io.gitops4j.git.Rewrites.Rewrite;
import io.gitops4j.operation.OperationContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.jspecify.annotations.Nullable;

/** Whether a reference still leads to where it stood before. Thread-safe. */
public final class Histories {
  private final Remote remote;
  private final Mirror mirror;
  private final Rewrites rewrites;
  private final Standings standings;

  /** Where this source saw it last; another one may have moved what is remembered. */
  private volatile @Nullable ObjectId seen;

  /** Looks at one reference of one remote, as its policy asks; remembers below the cache. */
  public Histories(Remote remote, Mirror mirror, Rewrites rewrites, Path cache) {
    this.remote = remote;
    this.mirror = mirror;
    this.rewrites = rewrites;
    this.standings =
        new Standings(cache, remote, rewrites instanceof Rewrites.Refuse ? "refusing" : "telling");
  }

  /** Does what the policy asks when what was found, which the mirror has, is a rewrite. */
  public void follow(Resolution.Found found, OperationContext context) {
    if (rewrites instanceof Rewrites.Follow
        || found.advertised().isEmpty()
        || found.commit().equals(seen)) {
      return;
    }
    String name = found.advertised().get();
    Optional<Rewrite> rewrite =
        mirror.alone(
            repository -> {
              Optional<Rewrite> here = rewrite(repository, name, found.commit(), context);
              if (here.isEmpty() || follows(here.get())) {
                standings.write(name, found.commit());
                seen = found.commit();
              }
              return here;
            },
            context);
    if (rewrite.isPresent()) {
      if (!follows(rewrite.get())) {
        throw refused(found, rewrite.get());
      }
      if (rewrites instanceof Rewrites.Tell tell) {
        tell.listener().accept(rewrite.get());
      }
    }
  }

  /** Whether what was found is a commit or has it in its history. */
  boolean hold(Resolution.Found found, ObjectId commit, OperationContext context) {
    String name = found.advertised().orElse(found.commit().name());
    return found.commit().equals(commit)
        || mirror.alone(
            repository -> leadsTo(repository, name, found.commit(), commit, context), context);
  }

  private boolean follows(Rewrite rewrite) {
    return !(rewrites instanceof Rewrites.Refuse refuse)
        || refuse.accepted().contains(rewrite.after());
  }

  private Optional<Rewrite> rewrite(
      Repository repository, String name, ObjectId now, OperationContext context)
      throws IOException {
    Optional<ObjectId> before = seen == null ? standings.read(name) : Optional.of(seen);
    return before.isEmpty() || leadsTo(repository, name, now, before.get(), context)
        ? Optional.empty()
        : Optional.of(new Rewrite(remote.address(), name, before.get().name(), now.name()));
  }

  /** Fetches history until it tells. */
  private boolean leadsTo(
      Repository repository, String name, ObjectId now, ObjectId before, OperationContext context)
      throws IOException {
    Optional<Boolean> told = known(repository, now, before, context);
    for (int depth : remote.depths()) {
      if (told.isEmpty()) {
        remote.fetch(
            repository,
            List.of(new RefSpec("+" + name + ":" + Mirror.fetched(name))),
            depth,
            now,
            context);
        told = known(repository, now, before, context);
      }
    }
    return told.orElseThrow(
        () ->
            remote.error(
                "SOURCE-HISTORY-UNKNOWN",
                Retryability.RETRY,
                "whether the history of commit "
                    + now.name()
                    + " holds "
                    + before.name()
                    + " cannot be told: the server did not give all of it",
                "look whether the server's repository is whole, or is moving at this moment",
                null));
  }

  /** Empty when what is here of the history is cut off before it could tell. */
  private static Optional<Boolean> known(
      Repository repository, ObjectId now, ObjectId before, OperationContext context)
      throws IOException {
    if (!repository.getObjectDatabase().has(now)) {
      return Optional.empty();
    }
    Set<ObjectId> cut = repository.getObjectDatabase().getShallowCommits();
    boolean whole = true;
    try (RevWalk walk = new RevWalk(repository)) {
      walk.markStart(walk.parseCommit(now));
      for (RevCommit commit : walk) {
        context.checkActive(Stage.SOURCE);
        if (commit.equals(before)) {
          return Optional.of(true);
        }
        whole &= !cut.contains(commit);
      }
    }
    return whole ? Optional.of(false) : Optional.empty();
  }

  private RuntimeException refused(Resolution.Found found, Rewrite rewrite) {
    return remote.error(
        "SOURCE-HISTORY-REWRITTEN",
        Retryability.RETRY_ON_CHANGE,
        "the history of '"
            + found.reference()
            + "' was rewritten: it stood at "
            + rewrite.before()
            + ", and stands at "
            + rewrite.after()
            + ", whose history does not hold that commit",
        "find out who pushed it; to follow it, accept commit "
            + rewrite.after()
            + " (Rewrites.Refuse), or push the old history again",
        null);
  }
}
