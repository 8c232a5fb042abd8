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
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the files of a root module and of all that it leads to. Used once, by one thread. */
public final class WorkspaceFiles {
  private static final String NOT_FOUND = "SOURCE-PATH-NOT-FOUND";

  private final Snapshot snapshot;
  private final WorkspaceConfig config;
  private final OperationContext context;
  private final SortedMap<String, byte[]> files = new TreeMap<>();
  private final Deque<String> ahead = new ArrayDeque<>();
  private long bytes;

  /** Reads nothing yet. */
  public WorkspaceFiles(Snapshot snapshot, WorkspaceConfig config, OperationContext context) {
    this.snapshot = snapshot;
    this.config = config;
    this.context = context;
  }

  /** Reads all, by path from the root of the repository. */
  public SortedMap<String, byte[]> read() {
    directory(config.path());
    for (String included : config.include()) {
      if (!entered(included)) {
        directory(included); // says what is wrong with it
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
    return files;
  }

  /**
   * Takes a directory, or the one file that a path leads to.
   *
   * @return whether there is either. Not every path in a configuration is one of a module, and a
   *     module that is missing is named by the program itself
   */
  private boolean entered(String path) {
    try {
      directory(path);
      return true;
    } catch (SourceException e) {
      if (!e.code().equals(NOT_FOUND)) {
        throw e;
      }
    }
    Optional<byte[]> single = single(path);
    single.ifPresent(
        content -> {
          admit(path, path, content.length);
          keep(path, content);
        });
    return single.isPresent();
  }

  private Optional<byte[]> single(String path) {
    try {
      return Optional.of(snapshot.read(path));
    } catch (SourceException e) {
      if (e.code().equals(NOT_FOUND)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void directory(String directory) {
    for (SnapshotFile file : snapshot.files(directory)) {
      context.checkActive(Stage.RENDER);
      if (!files.containsKey(file.path())) {
        admit(directory, file.path(), file.size());
        keep(file.path(), snapshot.read(file.path()));
      }
    }
  }

  private void admit(String from, String path, long size) {
    check(path);
    bytes += size;
    if (bytes > config.maxBytes()) {
      throw refuse(
          from,
          "its files are more than " + config.maxBytes() + " bytes",
          "move what is no configuration elsewhere, or raise the limit");
    }
  }

  private void keep(String path, byte[] content) {
    files.put(path, content);
    ahead.addAll(LocalModules.of(path, content));
  }

  private static void check(String path) {
    for (String part : path.split("/")) {
      if (part.equals(".terraform")
          || part.equals("terraform.tfstate")
          || part.startsWith("terraform.tfstate.")
          || part.equals("errored.tfstate")) {
        throw refuse(
            path,
            "what tools write beside a configuration must not come from the repository",
            "remove it from Git, and add it to .gitignore");
      }
    }
  }

  /** The error that a workspace is refused with. */
  public static RenderException refuse(String subject, String why, String next) {
    return new RenderException(
        "RENDER-TERRAFORM", Retryability.RETRY_ON_CHANGE, subject, why, next, null);
  }
}
