package io.gitops4j.source;

import io.gitops4j.error.SourceException;
import io.gitops4j.model.Revision;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The tree of one revision, read-only. Paths are relative to its root, separated by {@code /},
 * without {@code .} and {@code ..}; the empty path is the root. A link is followed inside the tree
 * only. Thread-safe.
 */
public interface Snapshot extends AutoCloseable {
  /**
   * The revision that this is the tree of.
   *
   * @return the revision
   */
  Revision revision();

  /**
   * Which repository it was read from; as {@link SourceProvider#repository()}.
   *
   * @return an address without credentials; empty when it has none
   */
  default Optional<String> repository() {
    return Optional.empty();
  }

  /**
   * All files below a directory, sorted by path, links to files included.
   *
   * @param directory where to look
   * @return the files
   * @throws SourceException when there is no such directory, or a path leaves the tree
   */
  List<SnapshotFile> files(String directory);

  /**
   * Where other repositories are bound in below a directory: what they hold is no part of this
   * tree, so whoever takes the tree for all there is must not pass them by.
   *
   * @param directory where to look
   * @return the paths of Git's submodules, sorted; none where there is no such thing
   * @throws SourceException as {@link #files}
   */
  default List<String> submodules(String directory) {
    return List.of();
  }

  /**
   * Where a path leads to once its links are followed: what tools see that resolve links
   * themselves.
   *
   * @param path a file or a directory
   * @return its path without links; the same where there are none
   * @throws SourceException when there is no such thing, or the path leaves the tree
   */
  default String real(String path) {
    return path;
  }

  /**
   * The content of one file.
   *
   * @param path the file
   * @return its bytes
   * @throws SourceException when there is no such file, it is too large, or the path leaves the
   *     tree
   */
  byte[] read(String path);

  /**
   * Whether a file is a program, which other programs start: Git keeps that, and nothing else, of
   * the rights of a file.
   *
   * @param path the file
   * @return whether it may be executed
   * @throws SourceException as {@link #read}
   */
  default boolean executable(String path) {
    return false;
  }

  /**
   * Writes a directory of the tree to disk, for tools that need files.
   *
   * @param directory what to write
   * @param into an existing empty folder; the files keep their path from the root
   * @throws SourceException when a link leaves the tree or the disk refuses
   */
  void materialise(String directory, Path into);

  @Override
  void close();
}
