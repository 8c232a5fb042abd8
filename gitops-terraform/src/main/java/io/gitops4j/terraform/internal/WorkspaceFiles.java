package io.gitops4j.terraform.internal;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import io.gitops4j.terraform.WorkspaceConfig;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Collects the files of a root module and of all that it leads to. Used once, by one thread. */
public final class WorkspaceFiles {
  private static final String NOT_FOUND = "SOURCE-PATH-NOT-FOUND";

  private final Snapshot snapshot;
  private final WorkspaceConfig config;
  private final OperationContext context;
  private final SortedMap<String, byte[]> files = new TreeMap<>();
  private final SortedSet<String> programs = new TreeSet<>();
  private final Deque<String> ahead = new ArrayDeque<>();
  private final Set<String> named = new TreeSet<>();
  private long bytes;

  /** Reads nothing yet. */
  public WorkspaceFiles(Snapshot snapshot, WorkspaceConfig config, OperationContext context) {
    this.snapshot = snapshot;
    this.config = config;
    this.context = context;
  }

  /** Reads all, by path from the root of the repository. */
  public SortedMap<String, byte[]> read() {
    take(snapshot.files(config.path()));
    for (String included : config.include()) {
      if (!entered(included)) {
        snapshot.files(included); // says what is wrong with it
      }
    }
    Set<String> seen = new HashSet<>(config.include());
    seen.add(config.path());
    while (!ahead.isEmpty()) {
      String path = ahead.pop();
      if (seen.add(path)) {
        entered(path);
      }
    }
    named.stream().filter(seen::add).forEach(this::takeNamed);
    return files;
  }

  /** Which of them are programs that the configuration may start. */
  public SortedSet<String> programs() {
    return programs;
  }

  /**
   * Takes what an expression names, as far as it can be had and there is room for it: whether it is
   * needed shows only when the program evaluates it, and then the program names it itself. No
   * modules are looked for in there.
   */
  private void takeNamed(String path) {
    Optional<List<SnapshotFile>> below = had(() -> snapshot.files(path));
    if (below.isEmpty()) {
      takeOne(path);
    } else {
      below.get().stream().filter(f -> fits(f.size())).forEach(f -> takeOne(f.path()));
    }
  }

  private void takeOne(String file) {
    context.checkActive(Stage.RENDER);
    if (!isOfTools(file) && !files.containsKey(file)) {
      had(() -> snapshot.read(file))
          .filter(content -> fits(content.length))
          .ifPresent(content -> admit(file, content));
    }
  }

  private boolean fits(long size) {
    return bytes + size <= config.maxBytes();
  }

  private static <T> Optional<T> had(Supplier<T> look) {
    return found(look, Set.of(NOT_FOUND, "SOURCE-PATH-UNSAFE", "SOURCE-FILE-TOO-LARGE"));
  }

  /**
   * Takes a directory, or the one file that a path leads to.
   *
   * @return whether there is either. Not every path in a configuration is one of a module, and a
   *     module that is missing is named by the program itself
   */
  private boolean entered(String path) {
    Optional<List<SnapshotFile>> listed = found(() -> snapshot.files(path));
    if (listed.isPresent()) {
      take(listed.get());
      return true;
    }
    Optional<byte[]> single = found(() -> snapshot.read(path));
    single.ifPresent(content -> take(path, content));
    return single.isPresent();
  }

  private static <T> Optional<T> found(Supplier<T> look) {
    return found(look, Set.of(NOT_FOUND));
  }

  private static <T> Optional<T> found(Supplier<T> look, Set<String> absent) {
    try {
      return Optional.of(look.get());
    } catch (SourceException e) {
      if (absent.contains(e.code())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** All files of a directory: one that cannot be read must not pass for one that is not there. */
  private void take(List<SnapshotFile> directory) {
    for (SnapshotFile file : directory) {
      Optional<byte[]> content = found(() -> snapshot.read(file.path()));
      if (content.isPresent()) {
        take(file.path(), content.get());
      } else {
        linked(file.path());
      }
    }
  }

  /** A link to a directory becomes one; links in there to others are refused, for they may loop. */
  private void linked(String directory) {
    for (SnapshotFile file : snapshot.files(directory)) {
      take(file.path(), snapshot.read(file.path()));
    }
  }

  private void take(String path, byte[] content) {
    context.checkActive(Stage.RENDER);
    if (files.containsKey(path)) {
      return;
    }
    if (isOfTools(path)) {
      throw refuse(
          path,
          "what tools write beside a configuration must not come from the repository",
          "remove it from Git, and add it to .gitignore");
    }
    admit(path, content);
    ahead.addAll(LocalModules.of(path, content));
    named.addAll(NamedFiles.of(path, content, config.path()));
  }

  private void admit(String path, byte[] content) {
    bytes += content.length;
    if (bytes > config.maxBytes()) {
      throw refuse(
          config.path().isEmpty() ? path : config.path(),
          "its files are more than " + config.maxBytes() + " bytes",
          "move what is no configuration elsewhere, or raise the limit");
    }
    files.put(path, content);
    if (snapshot.executable(path)) {
      programs.add(path);
    }
  }

  private static boolean isOfTools(String path) {
    return Arrays.stream(path.split("/"))
        .anyMatch(
            part ->
                part.equals(".terraform")
                    || part.equals("terraform.tfstate")
                    || part.startsWith("terraform.tfstate.")
                    || part.equals("errored.tfstate"));
  }

  /** The error that a workspace is refused with. */
  public static RenderException refuse(String subject, String why, String next) {
    return new RenderException(
        "RENDER-TERRAFORM", Retryability.RETRY_ON_CHANGE, subject, why, next, null);
  }
}
