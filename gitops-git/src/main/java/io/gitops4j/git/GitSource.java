package io.gitops4j.git;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.SourceException;
import io.gitops4j.git.internal.ExactCommits;
import io.gitops4j.git.internal.Histories;
import io.gitops4j.git.internal.Mirror;
import io.gitops4j.git.internal.Remote;
import io.gitops4j.git.internal.Resolution;
import io.gitops4j.git.internal.Reverts;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reference of a Git repository. A poll is one ls-remote, or the answer to one that is not older
 * than the pass allows; an unchanged revision downloads nothing; a new one is fetched without its
 * history into a bare mirror that all sources of that repository and cache share. Thread-safe, and
 * safe beside other processes on the same cache.
 */
public final class GitSource implements SourceProvider {
  private final String reference;
  private final Remote remote;
  private final Mirror mirror;
  private final Resolution resolution;
  private final Histories histories;
  private final ExactCommits exact;
  private final Reverts reverts;

  private GitSource(GitConfig config, GitPolls polls) {
    reference = config.reference();
    remote = new Remote(config);
    mirror = new Mirror(config.cacheDirectory(), remote, config.limits());
    resolution = new Resolution(remote, mirror, reference, polls.answers());
    histories = new Histories(remote, mirror, config.rewrites(), config.cacheDirectory());
    exact = new ExactCommits(remote, mirror, resolution, histories, reference);
    reverts = new Reverts(remote, mirror, resolution, histories, exact);
  }

  /**
   * Makes a source; contacts nothing.
   *
   * @param config which repository, and how it is read
   * @return the source; the caller closes it
   * @throws ConfigurationException when an SSH key cannot be read
   */
  public static GitSource open(GitConfig config) {
    return open(config, GitPolls.create());
  }

  /**
   * Makes a source that shares answers with others; contacts nothing.
   *
   * @param config which repository, and how it is read
   * @param polls what others asked
   * @return the source; the caller closes it
   * @throws ConfigurationException when an SSH key cannot be read
   */
  public static GitSource open(GitConfig config, GitPolls polls) {
    return new GitSource(config, polls);
  }

  /**
   * Says which repository.
   *
   * @param url {@code https}, {@code http}, {@code ssh}, {@code git} or {@code file}, {@code
   *     user@host:path}, or an absolute path
   * @return a builder
   */
  public static Builder builder(String url) {
    return new Builder(url);
  }

  /**
   * {@inheritDoc}
   *
   * @throws SourceException with code {@code SOURCE-REFERENCE-NOT-FOUND}, {@code
   *     SOURCE-AUTHENTICATION-FAILED}, {@code SOURCE-CREDENTIALS-UNAVAILABLE}, {@code
   *     SOURCE-REPOSITORY-NOT-FOUND}, {@code SOURCE-HOST-KEY-REJECTED}, {@code SOURCE-UNREACHABLE},
   *     {@code SOURCE-TIMED-OUT}, {@code SOURCE-TOO-LARGE}, {@code SOURCE-MIRROR-DAMAGED}, {@code
   *     SOURCE-REFERENCE-MOVED}, {@code SOURCE-USER-CONFIGURATION}, {@code
   *     SOURCE-HISTORY-REWRITTEN} or {@code SOURCE-HISTORY-UNKNOWN}
   */
  @Override
  public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
    Resolution.Found found = resolution.find(context::freshness, context);
    if (stands(lastSeen, found)) {
      return new FetchResult.Unchanged(lastSeen.orElseThrow());
    }
    try {
      return fetched(found, context);
    } catch (SourceException e) {
      // The answer was another's: the reference may have moved on since, and its commit be gone.
      Resolution.Found now = resolution.find(() -> Duration.ZERO, context);
      if (now.equals(found)) {
        throw e;
      }
      return stands(lastSeen, now)
          ? new FetchResult.Unchanged(lastSeen.orElseThrow())
          : fetched(now, context);
    }
  }

  private FetchResult fetched(Resolution.Found found, OperationContext context) {
    Snapshot snapshot = mirror.snapshot(found, context);
    try {
      histories.follow(found, context);
    } catch (RuntimeException e) {
      snapshot.close();
      throw e;
    }
    return new FetchResult.Fetched(snapshot);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A commit that the mirror has costs no request, unless its lineage has to be looked at: then
   * as much history is fetched as it takes to find it. A commit that the server does not give by
   * its id is looked for in the history of all branches and tags.
   */
  @Override
  public Snapshot fetchExactly(Revision revision, Lineage lineage, OperationContext context) {
    return exact.snapshot(revision, lineage, context);
  }

  /**
   * Brings back in Git what an earlier revision had: one commit on top of the branch, pushed with
   * the credentials of the source. When others push in between, it is made anew on top of theirs,
   * as long as they do not change what is brought back.
   *
   * @param wish what comes back, and where
   * @param context of the call
   * @return what was pushed
   * @throws SourceException with code {@code SOURCE-REVISION-NOT-FOLLOWED}, {@code
   *     SOURCE-NOT-A-BRANCH} when no branch is followed, {@code SOURCE-NOTHING-TO-REVERT}, {@code
   *     SOURCE-BRANCH-MOVED} when others changed the same meanwhile, {@code SOURCE-BRANCH-EXISTS},
   *     {@code SOURCE-PUSH-REFUSED} with what the server said, {@code SOURCE-PUSH-RACE}, or as
   *     {@link #fetch}; nothing was pushed then
   */
  public Revert.Pushed revert(Revert wish, OperationContext context) {
    return reverts.push(wish, context);
  }

  private static boolean stands(Optional<Revision> lastSeen, Resolution.Found found) {
    return lastSeen.isPresent() && lastSeen.get().digest().hex().equals(found.commit().name());
  }

  @Override
  public Optional<String> repository() {
    return Optional.of(remote.address());
  }

  /**
   * Releases what the transport holds, and answers that nobody shares; the mirror stays for the
   * next source.
   */
  @Override
  public void close() {
    resolution.close();
    remote.close();
  }

  @Override
  public String toString() {
    return remote + " " + reference;
  }

  /** Says more than the defaults. Not thread-safe. */
  public static final class Builder {
    private final String url;
    private String reference = "HEAD";
    private @Nullable Path cacheDirectory;
    private GitCredentials credentials = GitCredentials.none();
    private Duration timeout = Duration.ofSeconds(60);
    private GitLimits limits = GitLimits.standard();
    private Rewrites rewrites = new Rewrites.Follow();
    private GitPolls polls = GitPolls.create();

    private Builder(String url) {
      this.url = Objects.requireNonNull(url, "url");
    }

    /**
     * What to follow: a branch, a tag (a branch wins over a tag of the same name), a full or short
     * commit id, {@code HEAD}, {@code refs/...}, or a version range over tags such as {@code ^1.2}
     * or {@code >=1.0.0 <2.0.0}. A short id needs the whole history, all others do not. Default:
     * {@code HEAD}.
     *
     * @param name the reference
     * @return this
     */
    public Builder reference(String name) {
      reference = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Where mirrors are kept; sources and processes may share it. Required.
     *
     * @param folder made when it is missing
     * @return this
     */
    public Builder cacheDirectory(Path folder) {
      cacheDirectory = Objects.requireNonNull(folder, "folder");
      return this;
    }

    /**
     * What the server is told. Default: nothing, or the user information of the URL.
     *
     * @param who the credentials
     * @return this
     */
    public Builder credentials(GitCredentials who) {
      credentials = Objects.requireNonNull(who, "who");
      return this;
    }

    /**
     * The longest that the server may be silent. Default: 60 seconds.
     *
     * @param limit at least one second
     * @return this
     */
    public Builder timeout(Duration limit) {
      timeout = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * How much is fetched and read. Default: {@link GitLimits#standard}.
     *
     * @param most for one call to the server, and for one revision
     * @return this
     */
    public Builder limits(GitLimits most) {
      limits = Objects.requireNonNull(most, "most");
      return this;
    }

    /**
     * What happens when the history of the reference is rewritten. Default: it is followed.
     *
     * @param policy which
     * @return this
     */
    public Builder rewrites(Rewrites policy) {
      rewrites = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Answers that are shared with other sources: of one repository, one asks for all. Default:
     * shared with nobody; the passes of this source share them in any case.
     *
     * @param answers given to all of them
     * @return this
     */
    public Builder polls(GitPolls answers) {
      polls = Objects.requireNonNull(answers, "answers");
      return this;
    }

    /**
     * Checks everything; contacts nothing.
     *
     * @return the source; the caller closes it
     * @throws ConfigurationException that lists all problems
     */
    public GitSource build() {
      return GitSource.open(
          new GitConfig(url, reference, cacheDirectory, credentials, timeout, limits, rewrites),
          polls);
    }
  }
}
