package io.gitops4j.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One exact state of a source, written {@code main@sha1:<hash>} as Flux does. Two revisions are the
 * same state when their digests are equal ({@link #sameState}); {@code equals} compares the
 * reference and the commit too, so collections are better keyed by the digest. Immutable.
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
   * A commit by its id alone, to go back to it say.
   *
   * @param id full, in lower-case hexadecimal: 40 digits of SHA-1 or 64 of SHA-256
   * @return the revision, whose reference is the id
   * @throws IllegalArgumentException when the id is not of that form
   */
  public static Revision ofCommit(String id) {
    String algorithm =
        switch (id.length()) {
          case 40 -> "sha1";
          case 64 -> "sha256";
          default -> throw new IllegalArgumentException("not the full id of a commit: " + id);
        };
    return new Revision(id, new Digest(algorithm, id), Optional.empty());
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
