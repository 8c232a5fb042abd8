package io.gitops4j.terraform.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder for what is temporary of a run, by a path that is short enough: providers listen there
 * on sockets, and a system bounds the path of one. Used by one run at a time.
 */
final class SocketFolder implements AutoCloseable {
  /** What macOS takes, the least of all, without the slash and the name that a provider gives. */
  private static final int LONGEST = 103 - "/plugin0123456789".length();

  private final Path path;

  /** Holds nothing but a link to the real folder. */
  private final Optional<Path> around;

  private SocketFolder(Path path, Optional<Path> around) {
    this.path = path;
    this.around = around;
  }

  /** The folder itself, or a link to it where its path is too long. */
  static SocketFolder of(Path folder) throws IOException {
    boolean bounded = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (!bounded || folder.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
      return new SocketFolder(folder, Optional.empty());
    }
    try {
      Path around = Files.createTempDirectory("gitops4j"); // only its owner can change it
      return new SocketFolder(
          Files.createSymbolicLink(around.resolve("run"), folder.toAbsolutePath()),
          Optional.of(around));
    } catch (IOException e) {
      throw new IOException(
          "its path is too long for the sockets of providers, and there can be no shorter one: "
              + e.getMessage(),
          e);
    }
  }

  Path path() {
    return path;
  }

  /** Removes the link; the folder stays. */
  @Override
  public void close() throws IOException {
    if (around.isPresent()) {
      Files.deleteIfExists(path);
      Files.deleteIfExists(around.get());
    }
  }
}
