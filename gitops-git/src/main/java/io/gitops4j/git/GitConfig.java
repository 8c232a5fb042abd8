package io.gitops4j.git;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.git.internal.RemoteUrl;
import io.gitops4j.git.internal.Resolution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which repository is followed, and how it is read; {@link GitSource#builder} has the defaults.
 * Immutable.
 *
 * @param url {@code https}, {@code http}, {@code ssh}, {@code git} or {@code file}, {@code
 *     user@host:path}, or an absolute path; a password in it becomes the credentials
 * @param reference what to follow; see {@link GitSource.Builder#reference}
 * @param cacheDirectory where mirrors are kept
 * @param credentials what the server is told; for an SSH address a key, or the user's own
 * @param timeout the longest that the server may be silent, at least one second
 * @param limits how much is fetched and read
 * @param rewrites what happens when the history of the reference is rewritten
 */
public record GitConfig(
    String url,
    String reference,
    Path cacheDirectory,
    GitCredentials credentials,
    Duration timeout,
    GitLimits limits,
    Rewrites rewrites) {
  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public GitConfig(
      String url,
      String reference,
      @Nullable Path cacheDirectory,
      GitCredentials credentials,
      Duration timeout,
      GitLimits limits,
      Rewrites rewrites) {
    List<String> problems = new ArrayList<>();
    RemoteUrl parsed = RemoteUrl.parse(url, problems);
    if (reference.isBlank()) {
      problems.add("reference is empty");
    } else if (!Resolution.isReference(reference)) {
      problems.add("reference is no name that a branch, tag or commit can have, and no range");
    }
    if (cacheDirectory == null) {
      problems.add("cacheDirectory is missing");
    }
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0) {
      problems.add("timeout must be at least one second, not " + timeout);
    }
    boolean told =
        credentials instanceof GitCredentials.SshKey
            || credentials instanceof GitCredentials.UserSsh;
    if (parsed.ssh() && !told) {
      problems.add(
          "an SSH address needs GitCredentials.SshKey; with any other, keys of the user who runs"
              + " the process would be used, which is GitCredentials.userSsh()");
    }
    if (cacheDirectory == null || !problems.isEmpty()) {
      throw new ConfigurationException("Git source " + parsed.bare(), problems);
    }
    this.url = parsed.bare();
    this.reference = reference;
    this.cacheDirectory = cacheDirectory;
    this.credentials =
        credentials instanceof GitCredentials.None
                || credentials instanceof GitCredentials.UserSsh && !parsed.ssh()
            ? parsed.embedded().orElseGet(GitCredentials::none)
            : Objects.requireNonNull(credentials, "credentials");
    this.timeout = timeout;
    this.limits = Objects.requireNonNull(limits, "limits");
    this.rewrites = Objects.requireNonNull(rewrites, "rewrites");
  }
}
