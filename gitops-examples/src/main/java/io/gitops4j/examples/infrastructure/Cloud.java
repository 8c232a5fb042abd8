package io.gitops4j.examples.infrastructure;

import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitLimits;
import io.gitops4j.git.GitSource;
import io.gitops4j.model.Sensitive;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What docs/git-source.md quotes. */
public final class Cloud {
  private Cloud() {}

  /** A repository that is read with a token of an hour. */
  public static GitSource withToken(String url, Path cache, Supplier<String> tokens) {
    return GitSource.builder(url)
        .reference("main")
        .cacheDirectory(cache)
        .credentials(
            GitCredentials.basic(
                () -> new GitCredentials.Basic("x-access-token", Sensitive.of(tokens.get()))))
        .build();
  }

  /** A repository that may be larger than most. */
  public static GitSource large(String url, Path cache) {
    return GitSource.builder(url)
        .cacheDirectory(cache)
        .limits(GitLimits.standard().withPackBytes(4L << 30).withObjectBytes(500L << 20))
        .build();
  }
}
