package io.gitops4j.git;

/**
 * How much a repository may ask of the machine that reads it. A server, or whoever can push to it,
 * could otherwise fill the memory or the disk. What is over a limit is refused, with the name of
 * the limit. Immutable; {@link #standard} has the defaults.
 *
 * @param fileBytes of a file that is read
 * @param files in the tree of a revision, with its directories, links and submodules
 * @param treeBytes of all files together that are written to disk for a tool
 * @param objectBytes of one object that is fetched, unpacked. Objects that are packed as
 *     differences of each other are in memory together while they are put together: a server that
 *     means harm can have several times that, so a small heap wants less
 * @param packObjects in what one fetch brings
 * @param packBytes of what one fetch brings, packed
 * @param answerBytes of all else that a server says in one call, which is kept in memory: the
 *     references that it has, and its messages. A repository of this machine says nothing
 */
public record GitLimits(
    long fileBytes,
    int files,
    long treeBytes,
    long objectBytes,
    int packObjects,
    long packBytes,
    long answerBytes) {
  private static final long MIB = 1024 * 1024;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when one is not positive
   */
  public GitLimits {
    if (fileBytes < 1
        || files < 1
        || treeBytes < 1
        || objectBytes < 1
        || packObjects < 1
        || packBytes < 1
        || answerBytes < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /**
   * Files of 50 MiB, 500,000 of them, 1 GiB on disk; objects of 512 MiB, two million and 1 GiB in
   * one fetch; 32 MiB of references and messages.
   *
   * @return the limits that hold where none are given
   */
  public static GitLimits standard() {
    return new GitLimits(50 * MIB, 500_000, 1024 * MIB, 512 * MIB, 2_000_000, 1024 * MIB, 32 * MIB);
  }

  /**
   * The same with another limit for a file that is read.
   *
   * @param bytes positive
   * @return the other limits
   */
  public GitLimits withFileBytes(long bytes) {
    return new GitLimits(bytes, files, treeBytes, objectBytes, packObjects, packBytes, answerBytes);
  }

  /**
   * The same with another limit for the files of a revision.
   *
   * @param count positive
   * @return the other limits
   */
  public GitLimits withFiles(int count) {
    return new GitLimits(
        fileBytes, count, treeBytes, objectBytes, packObjects, packBytes, answerBytes);
  }

  /**
   * The same with another limit for what is written to disk for a tool.
   *
   * @param bytes positive
   * @return the other limits
   */
  public GitLimits withTreeBytes(long bytes) {
    return new GitLimits(fileBytes, files, bytes, objectBytes, packObjects, packBytes, answerBytes);
  }

  /**
   * The same with another limit for an object that is fetched.
   *
   * @param bytes positive
   * @return the other limits
   */
  public GitLimits withObjectBytes(long bytes) {
    return new GitLimits(fileBytes, files, treeBytes, bytes, packObjects, packBytes, answerBytes);
  }

  /**
   * The same with another limit for the objects of a fetch.
   *
   * @param count positive
   * @return the other limits
   */
  public GitLimits withPackObjects(int count) {
    return new GitLimits(fileBytes, files, treeBytes, objectBytes, count, packBytes, answerBytes);
  }

  /**
   * The same with another limit for the size of a fetch.
   *
   * @param bytes positive
   * @return the other limits
   */
  public GitLimits withPackBytes(long bytes) {
    return new GitLimits(fileBytes, files, treeBytes, objectBytes, packObjects, bytes, answerBytes);
  }

  /**
   * The same with another limit for what a server says beside that.
   *
   * @param bytes positive
   * @return the other limits
   */
  public GitLimits withAnswerBytes(long bytes) {
    return new GitLimits(fileBytes, files, treeBytes, objectBytes, packObjects, packBytes, bytes);
  }
}
