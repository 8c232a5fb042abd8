package io.gitops4j.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One exact state of a source, written {@code main@sha1:<hash>} as Flux does. Two revisions are the
 * same state when their digests are equal. Immutable.
 *
 * @param reference what was asked for: a branch, a tag, a version range, a commit
 * @param digest the commit it stood at
 * @param commit who made it, when and why, where the source knows
 */
public record Revision(String reference, Digest digest, Optional<Commit> commit) {
  /** Checks that no part is missing. */
  public Revision {
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(commit, "commit");
  }

  /**
   * Whether both name the same state, by digest.
   *
   * @param other the other revision
   * @return true when the digests are equal
   */
  public boolean sameState(Revision other) {
    return digest.equals(other.digest);
  }

  @Override
  public String toString() {
    return reference + "@" + digest;
  }

  /**
   * Who, when and why.
   *
   * @param author name and address of the author
   * @param committer name and address of the committer
   * @param time when it was committed
   * @param message the full message
   */
  public record Commit(String author, String committer, Instant time, String message) {
    /** Checks that no part is missing. */
    public Commit {
      Objects.requireNonNull(author, "author");
      Objects.requireNonNull(committer, "committer");
      Objects.requireNonNull(time, "time");
      Objects.requireNonNull(message, "message");
    }

    /**
     * The first line of the message.
     *
     * @return the subject, possibly empty
     */
    public String subject() {
      return message.lines().findFirst().orElse("");
    }
  }
}
