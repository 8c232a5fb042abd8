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
import java.util.ArrayList;
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
  private static final String CODE = "RENDER-TERRAFORM";
  private static final String NOT_FOUND = "SOURCE-PATH-NOT-FOUND";
  private static final String NARROW = "narrow the path to the directory that is needed";
  private static final String UNSAFE = "SOURCE-PATH-UNSAFE";

  private final Snapshot snapshot;
  private final WorkspaceConfig config;
  private final OperationContext context;
  private final SortedMap<String, byte[]> files = new TreeMap<>();
  private final SortedSet<String> programs = new TreeSet<>();
  private final Deque<String> ahead = new ArrayDeque<>();
  private final SortedMap<String, NamedFile> named = new TreeMap<>();
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
    config
        .variables()
        .forEach((name, v) -> note(NamedFiles.ofVariable(name, v.reveal(), config.path())));
    named.values().stream().filter(n -> seen.add(n.path())).forEach(this::takeNamed);
    return files;
  }

  /** Which of them are programs that the configuration may start. */
  public SortedSet<String> programs() {
    return programs;
  }

  /**
   * Takes what an expression names, where it is there at all: all of it or nothing, for what a
   * {@code fileset} does not see would be planned for removal, and {@code try} hides what is
   * missing. No modules are looked for in there.
   */
  private void takeNamed(NamedFile named) {
    Optional<List<SnapshotFile>> below = below(named);
    if (below.isEmpty()) {
      takeOne(named, named.path());
      return;
    }
    List<String> paths = new ArrayList<>();
    long size = 0;
    for (SnapshotFile file : below.get()) {
      if (!files.containsKey(file.path()) && !isOfTools(file.path())) {
        paths.add(file.path());
        size += file.size();
      }
    }
    checkRoom(named, size); // before anything of it is read
    paths.forEach(path -> takeOneOrLinked(named, path));
  }

  private Optional<List<SnapshotFile>> below(NamedFile named) {
    try {
      return found(() -> snapshot.files(named.path()));
    } catch (SourceException e) {
      String prefix = named.path().isEmpty() ? "" : named.path() + "/";
      boolean within = e.failure().subject().filter(s -> s.startsWith(prefix)).isPresent();
      if (e.code().equals(UNSAFE) && !within && !isOfAnother(named.path())) {
        return Optional.empty(); // such as .git: that is no part of a repository
      }
      throw e.code().equals(UNSAFE) ? incomplete(named, e) : e;
    }
  }

  /** Whether it lies in a submodule: it is there for whoever works by hand. */
  private boolean isOfAnother(String path) {
    return found(() -> snapshot.submodules(""), Set.of(UNSAFE)).stream()
        .flatMap(List::stream)
        .anyMatch(s -> path.equals(s) || path.startsWith(s + "/"));
  }

  private void takeOneOrLinked(NamedFile named, String path) {
    if (!takeOne(named, path)) {
      found(() -> snapshot.files(path), Set.of(NOT_FOUND, UNSAFE)).stream()
          .flatMap(List::stream)
          .forEach(file -> takeOne(named, file.path()));
    }
  }

  /** Whether it is there, as a file. */
  private boolean takeOne(NamedFile named, String file) {
    context.checkActive(Stage.RENDER);
    if (isOfTools(file) || files.containsKey(file)) {
      return true;
    }
    try {
      Optional<byte[]> content = found(() -> snapshot.read(file), Set.of(NOT_FOUND, UNSAFE));
      content.ifPresent(
          had -> {
            checkRoom(named, had.length);
            admit(file, had);
          });
      return content.isPresent();
    } catch (SourceException e) {
      throw e.code().equals("SOURCE-FILE-TOO-LARGE") ? incomplete(named, e) : e;
    }
  }

  private void checkRoom(NamedFile named, long size) {
    if (bytes + size > config.maxBytes()) {
      throw refuse(
          named.where(),
          "it names "
              + named.shown()
              + ", which is not read in part, and does not fit: the files would be more than "
              + config.maxBytes()
              + " bytes",
          "raise the limit (TerraformRenderer.Builder.maxBytes), or " + NARROW);
    }
  }

  private static RenderException incomplete(NamedFile named, SourceException e) {
    String what = e.subject().map(s -> s + ": ").orElse("");
    return new RenderException(
        CODE,
        Retryability.RETRY_ON_CHANGE,
        named.where(),
        "it names "
            + named.shown()
            + ", which cannot be read whole: "
            + what
            + e.failure().reason(),
        e.failure().nextStep().map(n -> n + ", or ").orElse("") + NARROW,
        e);
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
    note(NamedFiles.of(path, content, config.path()));
  }

  /** Messages tell the first who names it. */
  private void note(List<NamedFile> found) {
    found.forEach(n -> named.putIfAbsent(n.path(), n));
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
    return new RenderException(CODE, Retryability.RETRY_ON_CHANGE, subject, why, next, null);
  }
}
