package io.gitops4j.internal.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes what only its owner may read, from its first moment on, where the file system can. */
public final class PrivateFiles {
  private PrivateFiles() {}

  /** An empty file that was not there. */
  public static void create(Path file) throws IOException {
    Files.createFile(file, ownersAlone(file, "rw-------"));
  }

  /** A directory, with those above it as the process makes them; one that is there stays. */
  public static void createDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    if (directory.getParent() != null) {
      Files.createDirectories(directory.getParent());
    }
    try {
      Files.createDirectory(directory, ownersAlone(directory, "rwx------"));
    } catch (FileAlreadyExistsException e) {
      // somebody else made it meanwhile
    }
  }

  private static FileAttribute<?>[] ownersAlone(Path path, String rights) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }
}
