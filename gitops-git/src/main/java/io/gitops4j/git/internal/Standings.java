package io.gitops4j.git.internal;

import io.gitops4j.error.Retryability;
import io.gitops4j.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.eclipse.jgit.errors.InvalidObjectIdException;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Where references stood. Kept beside the mirror, which may be replaced by a fresh one at any time.
 * Whoever reads or writes holds the mirror's lock.
 */
final class Standings {
  private final Path folder;
  private final Remote remote;

  /** What one policy remembers of one remote: what one follows, another has yet to judge. */
  Standings(Path cache, Remote remote, String policy) {
    this.folder = cache.resolve(remote.key() + ".stood").resolve(policy);
    this.remote = remote;
  }

  /** Empty where nothing was remembered; what cannot be read is an error, and not nothing. */
  Optional<ObjectId> read(String name) throws IOException {
    Path file = file(name);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    byte[] id = Files.readAllBytes(file);
    try {
      return Optional.of(ObjectId.fromString(new String(id, StandardCharsets.ISO_8859_1)));
    } catch (InvalidObjectIdException e) {
      throw remote.error(
          "SOURCE-HISTORY-UNKNOWN",
          Retryability.RETRY_ON_CHANGE,
          "where '" + name + "' stood cannot be read from " + file.getFileName(),
          "look whether its history is the one you know, then delete " + file,
          e);
    }
  }

  /** Remembered for good, or not at all. */
  void write(String name, ObjectId commit) throws IOException {
    Files.createDirectories(folder);
    Path file = file(name);
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer id = StandardCharsets.ISO_8859_1.encode(commit.name());
      while (id.hasRemaining()) {
        channel.write(id);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path file(String name) {
    return folder.resolve(Digest.sha256(name).hex());
  }
}
