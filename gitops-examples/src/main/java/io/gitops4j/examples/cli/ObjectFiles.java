package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files that hold objects.
 *
 * @param found in order
 * @param unreadable what could not be looked into, and why
 */
record ObjectFiles(List<Path> found, Map<Path, IOException> unreadable) {
  /**
   * The files of a folder, in all depths; whatever else is named, such as a pipe, is one.
   *
   * @throws ConfigurationException when there is nothing
   */
  static ObjectFiles of(Path named) {
    if (Files.notExists(named)) {
      throw Unreadable.exception(named, new NoSuchFileException(named.toString()));
    }
    if (!Files.isDirectory(named)) {
      return new ObjectFiles(List.of(named), Map.of());
    }
    ObjectFiles files = new ObjectFiles(new ArrayList<>(), new TreeMap<>());
    try {
      // A walk does not follow the link that it starts with.
      Path folder = named.toRealPath();
      Files.walkFileTree(folder, files.walk(folder, named));
    } catch (IOException e) {
      throw Unreadable.exception(named, e);
    }
    if (files.found.isEmpty() && files.unreadable.isEmpty()) {
      throw new ConfigurationException(
          named.toString(), List.of("no file in it ends with .yaml, .yml or .json"));
    }
    files.found.sort(null);
    return files;
  }

  private SimpleFileVisitor<Path> walk(Path folder, Path named) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
        if (holdsObjects(path) && Files.isRegularFile(path)) {
          found.add(asNamed(path));
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path path, IOException why) {
        unreadable.put(asNamed(path), why);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path path, @Nullable IOException why) {
        Optional.ofNullable(why).ifPresent(w -> unreadable.put(asNamed(path), w));
        return FileVisitResult.CONTINUE;
      }

      private Path asNamed(Path path) {
        return named.resolve(folder.relativize(path));
      }
    };
  }

  private static boolean holdsObjects(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }
}
