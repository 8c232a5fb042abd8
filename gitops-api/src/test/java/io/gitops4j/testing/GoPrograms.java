package io.gitops4j.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Programs that tests need, built once from the Go modules that the project names and kept in a
 * cache outside of the build.
 */
public final class GoPrograms {
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(25);
  private static final int KEPT_OF_LOG = 2000;

  private GoPrograms() {}

  /**
   * One program.
   *
   * @param name of its file
   * @param module its package
   * @param flags for the linker
   */
  public record Program(String name, String module, String flags) {}

  /** Where programs of a version are kept; a product of one machine. */
  public static Path cacheFolder(String kind, String version) {
    String set = System.getProperty("gitops4j.test.cache");
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        set != null
            ? Path.of(set)
            : xdg != null && !xdg.isEmpty()
                ? Path.of(xdg, "gitops4j")
                : Path.of(System.getProperty("user.home"), ".cache", "gitops4j");
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).split(" ")[0];
    return base.resolve(kind).resolve(version + "-" + os + "-" + System.getProperty("os.arch"));
  }

  /**
   * The folder with the programs, built when it lacks one: beside the cache and then renamed, under
   * a lock, so that two builds do not disturb each other.
   *
   * @param owner whose resources hold {@code go.mod.txt} and {@code go.sum.txt}
   * @param resources the folder of these
   * @throws IOException that says why they could not be built
   */
  public static Path built(Path cached, Class<?> owner, String resources, List<Program> programs)
      throws IOException, InterruptedException {
    if (present(cached, programs)) {
      return cached;
    }
    Files.createDirectories(cached.getParent());
    Path lockFile = cached.resolveSibling(cached.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid() || !present(cached, programs)) {
        Path work = Files.createTempDirectory(cached.getParent(), "build");
        for (String name : List.of("go.mod", "go.sum")) {
          copy(owner, resources + "/" + name + ".txt", work.resolve(name));
        }
        for (Program program : programs) {
          build(work, program);
        }
        Files.createDirectories(cached);
        for (Program program : programs) {
          Files.move(
              work.resolve(program.name()),
              cached.resolve(program.name()),
              StandardCopyOption.REPLACE_EXISTING);
        }
        delete(work);
      }
    }
    return cached;
  }

  /** Whether a folder holds them all. */
  public static boolean present(Path folder, List<Program> programs) {
    return programs.stream().allMatch(p -> Files.isExecutable(folder.resolve(p.name())));
  }

  private static void build(Path work, Program program) throws IOException, InterruptedException {
    Path log = work.resolve(program.name() + ".log");
    ProcessBuilder command =
        new ProcessBuilder(
                "go", "build", "-ldflags", program.flags(), "-o", program.name(), program.module())
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    command.environment().put("CGO_ENABLED", "0");
    command.environment().put("GOFLAGS", "-mod=mod");
    Process process = command.start();
    long start = System.nanoTime();
    while (!process.waitFor(15, TimeUnit.SECONDS)) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      System.err.println(
          "building " + program.name() + " once, some minutes: " + seconds + " s so far");
      if (seconds > BUILD_LIMIT.toSeconds()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IOException("building " + program.name() + " took longer than " + BUILD_LIMIT);
      }
    }
    if (process.exitValue() != 0) {
      byte[] said = Files.readAllBytes(log);
      int from = Math.max(0, said.length - KEPT_OF_LOG);
      throw new IOException(
          "go build of "
              + program.name()
              + " ended with "
              + process.exitValue()
              + ":\n"
              + new String(said, from, said.length - from, StandardCharsets.UTF_8));
    }
  }

  private static void copy(Class<?> owner, String resource, Path into) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
