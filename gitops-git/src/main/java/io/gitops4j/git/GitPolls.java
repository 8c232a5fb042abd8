package io.gitops4j.git;

import io.gitops4j.git.internal.RefAnswers;

/**
 * What servers answered to polls, for all sources that share it: sources of one repository, with
 * the same credentials, whatever references they follow, ask once and use the answer as long as the
 * pass lets it be old ({@link io.gitops4j.operation.OperationContext#freshness()}). Answers are
 * forgotten when the last of those sources is closed. Thread-safe.
 */
public final class GitPolls {
  private final RefAnswers answers = new RefAnswers();

  private GitPolls() {}

  /**
   * New ones: nothing was asked yet.
   *
   * @return to be given to every source that shares them
   */
  public static GitPolls create() {
    return new GitPolls();
  }

  RefAnswers answers() {
    return answers;
  }
}
