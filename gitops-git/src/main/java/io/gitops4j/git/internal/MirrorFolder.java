package io.gitops4j.git.internal;

import io.gitops4j.internal.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * Where a mirror lies on disk, and how another takes its place. Whoever writes holds the lock.
 *
 * @param path of the folder
 */
record MirrorFolder(Path path) {
  /** Somebody found it damaged and took its HEAD away. */
  boolean marked() {
    return Files.isDirectory(path) && !Files.exists(path.resolve("HEAD"));
  }

  /** Without its HEAD it is no repository: the next fetch replaces it. */
  void mark() throws IOException {
    Files.deleteIfExists(path.resolve("HEAD"));
  }

  /** Where a mirror is made that is to take the place of this one. */
  Path fresh() {
    return path.resolveSibling(path.getFileName() + "." + UUID.randomUUID());
  }

  /** A repository that is there. */
  static Repository open(Path folder) throws IOException {
    return new FileRepositoryBuilder()
        .setGitDir(folder.toFile())
        .setBare()
        .setMustExist(true)
        .build();
  }

  /** Tells a folder from another that took its place; empty where there is none. */
  static Optional<Object> identity(Path folder) {
    try {
      return Optional.ofNullable(
          Files.readAttributes(folder.resolve("objects"), BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Makes a repository where there is none. It is its owner's alone: what it holds may be secret.
   */
  static void prepare(Path folder) throws IOException {
    PrivateFiles.createDirectory(folder);
    if (Files.exists(folder.resolve("HEAD"))) {
      return;
    }
    try (Repository fresh =
        new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build()) {
      fresh.create(true);
      StoredConfig config = fresh.getConfig();
      config.setInt("gc", null, "auto", 0);
      config.setBoolean("gc", null, "autodetach", false);
      config.setString("gc", null, "prunePackExpire", "now");
      config.save();
    }
  }

  /** Takes the place of what is there. */
  void replace(Path fresh) throws IOException {
    Path old = path.resolveSibling(path.getFileName() + ".old." + UUID.randomUUID());
    if (Files.exists(path)) {
      Files.move(path, old);
    }
    Files.move(fresh, path);
    delete(old);
  }

  /** What a process that was killed left: nobody else works here while the lock is held. */
  void sweep() throws IOException {
    String name = path.getFileName().toString();
    try (Stream<Path> beside = Files.list(path.getParent())) {
      for (Path left :
          beside.filter(p -> p.getFileName().toString().startsWith(name + ".")).toList()) {
        if (Files.isDirectory(left)) {
          delete(left);
        }
      }
    }
    Path objects = path.resolve("objects");
    if (Files.isDirectory(objects)) {
      try (Stream<Path> half = Files.list(objects)) {
        for (Path file :
            half.filter(p -> p.getFileName().toString().startsWith("incoming_")).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
