package io.gitops4j.git;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.git.internal.Resolution;
import io.gitops4j.model.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A wish to bring back in Git what an earlier revision had, by one commit on top of the branch.
 * Immutable; {@link #to} has the defaults.
 *
 * @param revision whose content comes back; in the history of the branch
 * @param path what comes back, from the root of the repository; empty for everything
 * @param branch that gets the commit; empty for the one that the source follows
 * @param author of the commit, and its committer
 * @param why in words for people; the first line of the message says what
 */
public record Revert(
    Revision revision, String path, Optional<String> branch, Author author, String why) {
  /**
   * Who made a commit.
   *
   * @param name of the person
   * @param email address of the person
   */
  public record Author(String name, String email) {
    /** Checks that no part is missing. */
    public Author {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(email, "email");
    }
  }

  /**
   * What was pushed.
   *
   * @param branch that has it now
   * @param commit full id of the commit that was made
   * @param before full id of the commit that it stands on
   * @param reverted how many commits of the branch it goes back behind
   */
  public record Pushed(String branch, String commit, String before, int reverted) {}

  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public Revert {
    Objects.requireNonNull(revision, "revision");
    List<String> problems = new ArrayList<>();
    if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
      problems.add("path is from the root of the repository, without '..'");
    }
    if (author.name().isBlank() || author.email().isBlank()) {
      problems.add("the author has no name or no address");
    }
    if (branch.filter(b -> !Resolution.isBranch(b)).isPresent()) {
      problems.add("branch is no name that a branch can have");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("revert to " + revision, problems);
    }
    path = path.replaceAll("/+$", "");
  }

  /**
   * Brings everything back, on the branch that the source follows.
   *
   * @param revision whose content comes back
   * @param author of the commit
   * @param why in words for people
   * @return the wish
   */
  public static Revert to(Revision revision, Author author, String why) {
    return new Revert(revision, "", Optional.empty(), author, why);
  }

  /**
   * The same for a part of the repository: what others have beside it stays.
   *
   * @param folder from the root of the repository
   * @return the other wish
   */
  public Revert below(String folder) {
    return new Revert(revision, folder, branch, author, why);
  }

  /**
   * The same on a branch that is made for it, to be looked at before it is merged.
   *
   * @param name of the branch, which must not exist
   * @return the other wish
   */
  public Revert onNewBranch(String name) {
    return new Revert(revision, path, Optional.of(name), author, why);
  }
}
