package io.gitops4j.git.internal;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.error.Stage;
import io.gitops4j.git.GitLimits;
import io.gitops4j.internal.file.FolderLock;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.LockFailedException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RevWalkException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.jspecify.annotations.Nullable;

/**
 * The bare copy of a repository that all its sources share. Writers take a lock that holds between
 * threads and processes. A copy that lacks an object, or cannot be read, is replaced by a fresh
 * one.
 */
public final class Mirror {
  private static final List<RefSpec> EVERYTHING =
      List.of(
          new RefSpec("+refs/heads/*:refs/gitops4j/heads/*"),
          new RefSpec("+refs/tags/*:refs/gitops4j/tags/*"));
  private static final int TRIES = 3;

  /** Every fetch adds a pack; so many are made one. */
  private static final int MANY_PACKS = 40;

  /** An older one is fetched again when somebody goes back to it. */
  private static final int MANY_COMMITS = 200;

  private final MirrorFolder folder;
  private final Remote remote;
  private final GitLimits limits;

  /** Lives below the cache. */
  public Mirror(Path cache, Remote remote, GitLimits limits) {
    this.folder = new MirrorFolder(cache.resolve(remote.key() + ".git"));
    this.remote = remote;
    this.limits = limits;
  }

  /** The tree of a commit, downloaded only when it is not here whole. */
  public Snapshot snapshot(Resolution.Found found, OperationContext context) {
    remote.checkUserConfiguration();
    try {
      Optional<Snapshot> here = open(found);
      if (here.isPresent()) {
        return here.get();
      }
      try (FolderLock lock = FolderLock.take(folder.path(), Stage.SOURCE, context)) {
        lock.held();
        folder.sweep();
        // Somebody else may have fetched it while this one waited.
        Optional<Snapshot> meanwhile = open(found);
        if (meanwhile.isPresent()) {
          return meanwhile.get();
        }
        for (int attempt = 1; attempt <= TRIES; attempt++) {
          Optional<Snapshot> fetched =
              attempt > 1 || folder.marked() ? fetchAnew(found, context) : fetch(found, context);
          if (fetched.isPresent()) {
            return fetched.get();
          }
        }
      }
    } catch (IOException e) {
      throw remote.error(
          "SOURCE-IO",
          Retryability.RETRY,
          "its mirror " + folder.path().getFileName() + " cannot be written: " + e.getMessage(),
          "look at the disk of the cache directory",
          e);
    }
    throw remote.error(
        "SOURCE-MIRROR-DAMAGED",
        Retryability.RETRY,
        "commit " + found.commit().name() + " could not be had whole",
        "look at the server's repository with git fsck, and at the disk of the cache directory",
        null);
  }

  /** Something that needs the mirror to itself. */
  interface Work<T> {
    T in(Repository repository) throws IOException;
  }

  /**
   * Does something while no other thread or process writes here. When damage shows, again in a
   * fresh mirror, which takes the place of the damaged one only if that goes well.
   */
  <T> T alone(Work<T> work, OperationContext context) {
    remote.checkUserConfiguration();
    try (FolderLock lock = FolderLock.take(folder.path(), Stage.SOURCE, context)) {
      lock.held();
      if (!folder.marked()) {
        try {
          MirrorFolder.prepare(folder.path());
          return in(folder.path(), work);
        } catch (TransportException e) {
          if (!damage(e)) {
            throw e;
          }
        } catch (RevWalkException | MissingObjectException e) {
          context.checkActive(Stage.SOURCE);
          // Whatever becomes of the work: what is lacking here is fetched by nobody else.
          folder.mark();
        }
      }
      return anew(work);
    } catch (TransportException e) {
      context.checkActive(Stage.SOURCE);
      throw remote.failure(e);
    } catch (IOException e) {
      throw remote.error(
          "SOURCE-IO", Retryability.RETRY, "its mirror failed: " + e.getMessage(), "try again", e);
    }
  }

  private <T> T anew(Work<T> work) throws IOException {
    Path fresh = folder.fresh();
    try {
      MirrorFolder.prepare(fresh);
      T done = in(fresh, work);
      folder.replace(fresh);
      return done;
    } finally {
      MirrorFolder.delete(fresh); // not there any more when it took the place
    }
  }

  private static <T> T in(Path mirror, Work<T> work) throws IOException {
    try (Repository repository = MirrorFolder.open(mirror)) {
      return work.in(repository);
    }
  }

  /** The full id of a short one, which takes the whole history to be sure. */
  ObjectId expand(String shortId, OperationContext context) {
    ObjectId id = alone(repository -> expand(repository, shortId, context), context);
    if (id != null) {
      return id;
    }
    throw remote.error(
        "SOURCE-REFERENCE-NOT-FOUND",
        Retryability.RETRY_ON_CHANGE,
        "it has no branch, tag or commit '" + shortId + "'",
        "correct the reference, or push it",
        null);
  }

  private @Nullable ObjectId expand(Repository repository, String shortId, OperationContext context)
      throws IOException {
    try {
      fetchEverything(repository, context);
      return repository.resolve(shortId + "^{commit}");
    } catch (AmbiguousObjectException e) {
      throw remote.error(
          "SOURCE-REFERENCE-AMBIGUOUS",
          Retryability.NEVER,
          "several commits begin with '" + shortId + "'",
          "give the full commit id",
          e);
    }
  }

  /** Fetches into the mirror; empty when that turns out to be damaged. */
  private Optional<Snapshot> fetch(Resolution.Found found, OperationContext context) {
    try {
      MirrorFolder.prepare(folder.path());
      in(folder.path(), repository -> downloaded(repository, found, context));
    } catch (TransportException e) {
      context.checkActive(Stage.SOURCE);
      if (!damage(e)) {
        throw remote.failure(e);
      }
      return Optional.empty();
    } catch (SourceException | OperationCancelledException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // it is not a repository any more
    }
    return open(found);
  }

  /** Fetches into a fresh mirror that takes the place of the damaged one. */
  private Optional<Snapshot> fetchAnew(Resolution.Found found, OperationContext context)
      throws IOException {
    try {
      anew(repository -> downloaded(repository, found, context));
    } catch (TransportException e) {
      context.checkActive(Stage.SOURCE);
      throw remote.failure(e);
    }
    return open(found);
  }

  private Resolution.Found downloaded(
      Repository repository, Resolution.Found found, OperationContext context) throws IOException {
    download(repository, found, context);
    tidy(repository, found.commit());
    return found;
  }

  private void download(Repository repository, Resolution.Found found, OperationContext context)
      throws IOException {
    String wanted = found.commit().name();
    String source = found.advertised().orElse(wanted);
    try {
      remote.fetch(
          repository,
          List.of(new RefSpec("+" + source + ":" + fetched(source))),
          Remote.TIP,
          found.commit(),
          context);
    } catch (TransportException e) {
      if (found.advertised().isPresent()
          || LimitReached.behind(e).isPresent()
          || !refusesCommits(e)) {
        throw e;
      }
      // The server gives only what it advertises: the commit is somewhere below its branches.
      fetchEverything(repository, context);
      refuseGone(repository, found, context);
    }
    checkThere(repository, found);
    UsedCommits.keep(repository, found.commit());
  }

  private void fetchEverything(Repository repository, OperationContext context)
      throws TransportException {
    remote.fetch(
        repository,
        EVERYTHING,
        Remote.WHOLE,
        remote.standing(List.of("refs/heads/", "refs/tags/"), context),
        context);
  }

  /** The mirror is sound when what came is something else: nothing is mended by a fresh one. */
  private void checkThere(Repository repository, Resolution.Found found) throws IOException {
    String id = found.commit().name();
    if (!repository.getObjectDatabase().has(found.commit())) {
      throw remote.error(
          "SOURCE-REFERENCE-MOVED",
          Retryability.RETRY,
          found.reference() + " moved on from commit " + id + " before that was fetched",
          "it is asked for again by itself",
          null);
    }
  }

  /** When all there is was fetched, and is here whole, a commit that is not among it is gone. */
  private void refuseGone(Repository repository, Resolution.Found found, OperationContext context)
      throws IOException {
    if (repository.getObjectDatabase().has(found.commit())) {
      return;
    }
    try (RevWalk walk = new RevWalk(repository)) {
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix("refs/gitops4j/")) {
        RevObject object = walk.peel(walk.parseAny(ref.getObjectId()));
        if (object instanceof RevCommit commit) {
          walk.markStart(commit);
        }
      }
      while (walk.next() != null) {
        context.checkActive(Stage.SOURCE);
      }
    }
    throw remote.error(
        "SOURCE-REVISION-GONE",
        Retryability.RETRY_ON_CHANGE,
        "it has no commit " + found.commit().name() + " on any branch or tag, and gives no other",
        "push a branch or tag that leads to the commit, or choose another revision",
        null);
  }

  /** Where what the server names so was fetched to. */
  static String fetched(String name) {
    return "refs/gitops4j/fetched/" + Digest.sha256(name).hex();
  }

  /** On the caller's thread and under its lock; left to itself, JGit would start one of its own. */
  private static void tidy(Repository repository, ObjectId used) throws IOException {
    Path packs = repository.getDirectory().toPath().resolve("objects").resolve("pack");
    long count;
    try (Stream<Path> files = Files.list(packs)) {
      count = files.filter(f -> f.toString().endsWith(".pack")).count();
    }
    if (count < MANY_PACKS) {
      return;
    }
    UsedCommits.trim(repository, MANY_COMMITS, used);
    try {
      Git.wrap(repository).gc().call();
    } catch (GitAPIException e) {
      throw new IOException("its packs could not be made one: " + e.getMessage(), e);
    }
  }

  private boolean refusesCommits(TransportException e) {
    String said = remote.said(e);
    return said.contains("not our ref")
        || said.contains("not valid")
        || said.contains("not advertised")
        || said.contains("does not have")
        // In this process the other side just ends; what shows first of that is left to chance.
        || remote.isLocal();
  }

  /** Whether the fault lies here and not on the way. */
  private boolean damage(TransportException e) {
    for (Throwable t = e.getCause(); t != null; t = t.getCause()) {
      if (t instanceof MissingObjectException
          || t instanceof CorruptObjectException
          || t instanceof LockFailedException) {
        return true;
      }
    }
    String said = remote.said(e);
    return said.contains("missing")
        || said.contains("lock")
        // In the old protocol JGit cannot fetch into a shallow mirror that has many commits.
        || said.contains("expected ack/nak");
  }

  /** The snapshot when everything it needs is here. */
  private Optional<Snapshot> open(Resolution.Found found) {
    if (!Files.isDirectory(folder.path()) || folder.marked()) {
      return Optional.empty();
    }
    Repository repository = null;
    try {
      repository = MirrorFolder.open(folder.path());
      RevCommit commit = new WholeTree(remote, limits).of(repository, found.commit());
      return Optional.of(
          new JGitSnapshot(
              repository, commit.getTree(), revision(found, commit), remote.address(), limits));
    } catch (IOException | RuntimeException e) {
      if (repository != null) {
        repository.close();
      }
      if (e instanceof SourceException tooLarge) {
        throw tooLarge;
      }
      return Optional.empty(); // not here, not whole, or not readable: it is fetched
    }
  }

  private static Revision revision(Resolution.Found found, RevCommit commit) {
    PersonIdent author = commit.getAuthorIdent();
    PersonIdent committer = commit.getCommitterIdent();
    return new Revision(
        found.reference(),
        new Digest("sha1", commit.getId().name()),
        Optional.of(
            new Revision.Commit(
                person(author),
                person(committer),
                committer.getWhenAsInstant(),
                commit.getFullMessage())));
  }

  private static String person(PersonIdent person) {
    return person.getName() + " <" + person.getEmailAddress() + ">";
  }
}
