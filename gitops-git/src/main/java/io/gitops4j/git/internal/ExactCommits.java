package io.gitops4j.git.internal;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;

/** Commits by their id, wherever the reference stands by now. Thread-safe. */
public final class ExactCommits {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  private final Remote remote;
  private final Mirror mirror;
  private final Resolution resolution;
  private final Histories histories;
  private final String reference;

  /** Looks for commits of one remote, whose source follows a reference. */
  public ExactCommits(
      Remote remote, Mirror mirror, Resolution resolution, Histories histories, String reference) {
    this.remote = remote;
    this.mirror = mirror;
    this.resolution = resolution;
    this.histories = histories;
    this.reference = reference;
  }

  /** The tree of a commit: what the mirror has is not asked for. */
  public Snapshot snapshot(Revision revision, Lineage lineage, OperationContext context) {
    ObjectId commit = id(revision);
    switch (lineage) {
      case FOLLOWED -> checkFollowed(commit, context);
      case ANYWHERE -> {}
    }
    return mirror.snapshot(new Resolution.Found(reference, commit, Optional.empty()), context);
  }

  /** The commit that a revision names. */
  ObjectId id(Revision revision) {
    String hex = revision.digest().hex();
    if (revision.digest().algorithm().equals("sha1") && COMMIT.matcher(hex).matches()) {
      return ObjectId.fromString(hex);
    }
    throw remote.error(
        "SOURCE-REVISION-GONE",
        Retryability.NEVER,
        revision + " names no commit of a Git repository",
        "give the full id of a commit",
        null);
  }

  private void checkFollowed(ObjectId commit, OperationContext context) {
    // Where the reference stands must not be another's old answer: the commit may be newer.
    Resolution.Found tip = resolution.find(() -> Duration.ZERO, context);
    if (!histories.hold(tip, commit, context)) {
      throw notFollowed(commit);
    }
  }

  /** A commit of elsewhere. */
  SourceException notFollowed(ObjectId commit) {
    return remote.error(
        "SOURCE-REVISION-NOT-FOLLOWED",
        Retryability.RETRY_ON_CHANGE,
        "the history of '" + reference + "' does not hold commit " + commit.name(),
        "choose a commit of that history; one of elsewhere, a fork say, is not taken",
        null);
  }
}
