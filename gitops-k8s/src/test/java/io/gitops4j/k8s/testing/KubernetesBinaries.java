package io.gitops4j.k8s.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Finds kube-apiserver and etcd: in {@code KUBEBUILDER_ASSETS}, in the cache, or builds them once
 * from the Go modules that the project names, which takes some minutes.
 *
 * @param folder that holds both
 */
public record KubernetesBinaries(Path folder) {
  private static final String VERSION = "v1.36.3";
  private static final String STAMP = "k8s.io/component-base/version";
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(25);

  /** The API server. */
  public Path apiServer() {
    return folder.resolve("kube-apiserver");
  }

  /** Its database. */
  public Path etcd() {
    return folder.resolve("etcd");
  }

  /**
   * Finds or builds them.
   *
   * @throws IllegalStateException that says why each way failed
   */
  public static KubernetesBinaries locate() {
    List<String> reasons = new ArrayList<>();
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    if (assets == null) {
      reasons.add("KUBEBUILDER_ASSETS is not set");
    } else {
      Optional<KubernetesBinaries> found = in(Path.of(assets));
      if (found.isPresent()) {
        return found.get();
      }
      reasons.add("KUBEBUILDER_ASSETS=" + assets + " holds no kube-apiserver and etcd");
    }
    Path cached = cacheFolder();
    return in(cached)
        .or(() -> build(cached, reasons))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no Kubernetes API server for the tests: " + String.join("; ", reasons)));
  }

  private static Optional<KubernetesBinaries> in(Path folder) {
    KubernetesBinaries found = new KubernetesBinaries(folder);
    return Files.isExecutable(found.apiServer()) && Files.isExecutable(found.etcd())
        ? Optional.of(found)
        : Optional.empty();
  }

  private static Path cacheFolder() {
    String set = System.getProperty("gitops4j.test.cache");
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        set != null
            ? Path.of(set)
            : xdg != null && !xdg.isEmpty()
                ? Path.of(xdg, "gitops4j")
                : Path.of(System.getProperty("user.home"), ".cache", "gitops4j");
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).split(" ")[0];
    return base.resolve("kube").resolve(VERSION + "-" + os + "-" + System.getProperty("os.arch"));
  }

  /** Builds beside the cache and renames, under a lock, so that two builds do not disturb. */
  private static Optional<KubernetesBinaries> build(Path cached, List<String> reasons) {
    try {
      Files.createDirectories(cached.getParent());
      Path lockFile = cached.resolveSibling(cached.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        Optional<KubernetesBinaries> meanwhile = in(cached);
        if (meanwhile.isPresent() && lock.isValid()) {
          return meanwhile;
        }
        Path work = Files.createTempDirectory(cached.getParent(), "build");
        copy("go.mod", work);
        copy("go.sum", work);
        go(
            work,
            "kube-apiserver",
            "k8s.io/kubernetes/cmd/kube-apiserver",
            "-s -w -X %s.gitVersion=%s -X %s.gitMajor=1 -X %s.gitMinor=36"
                .formatted(STAMP, VERSION, STAMP, STAMP));
        go(work, "etcd", "go.etcd.io/etcd/server/v3", "-s -w");
        Files.createDirectories(cached);
        for (String name : List.of("etcd", "kube-apiserver")) {
          Files.move(work.resolve(name), cached.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        TestFolders.delete(work);
        return in(cached);
      }
    } catch (IOException e) {
      reasons.add("building them with go failed: " + e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reasons.add("building them was interrupted");
      return Optional.empty();
    }
  }

  private static void go(Path work, String name, String module, String flags)
      throws IOException, InterruptedException {
    Path log = work.resolve(name + ".log");
    ProcessBuilder command =
        new ProcessBuilder("go", "build", "-ldflags", flags, "-o", name, module)
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
          "building " + name + " " + VERSION + " once, about 4 minutes: " + seconds + " s");
      if (seconds > BUILD_LIMIT.toSeconds()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IOException("building " + name + " took longer than " + BUILD_LIMIT);
      }
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "go build of "
              + name
              + " ended with "
              + process.exitValue()
              + ":\n"
              + TestFolders.tail(log, 2000));
    }
  }

  private static void copy(String name, Path into) {
    try (InputStream in = KubernetesBinaries.class.getResourceAsStream("kube/" + name + ".txt")) {
      Files.copy(Objects.requireNonNull(in, name), into.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
