package io.gitops4j.terraform.internal;

import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.file.FolderLock;
import io.gitops4j.internal.json.HistoryJson;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.HistoryStore;
import io.gitops4j.terraform.TerraformConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The newest passes of a target, one line each, in a file beside its working folder. */
public final class FileHistoryStore implements HistoryStore {
  private final TerraformConfig config;

  /** Keeps them below the folder of the configuration. */
  public FileHistoryStore(TerraformConfig config) {
    this.config = config;
  }

  @Override
  public int limit() {
    return config.historyLimit();
  }

  @Override
  public void add(TargetId target, HistoryEntry entry, OperationContext context) {
    Path file = file(target);
    try (FolderLock lock = FolderLock.take(file, Stage.APPLY, context)) {
      lock.held();
      String text =
          entry.addedTo(read(file)).stream()
              .limit(config.historyLimit())
              .map(HistoryJson::write)
              .collect(Collectors.joining("\n", "", "\n"));
      WorkingFolder.writePrivate(file, text);
    } catch (IOException e) {
      throw broken(target, "written", e);
    }
  }

  @Override
  public List<HistoryEntry> list(TargetId target, OperationContext context) {
    try {
      return read(file(target));
    } catch (IOException e) {
      throw broken(target, "read", e);
    }
  }

  private static List<HistoryEntry> read(Path file) throws IOException {
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(HistoryJson::read).toList()
        : List.of();
  }

  private Path file(TargetId target) {
    return WorkingFolder.beside(config, target, ".history.jsonl");
  }

  private static InventoryException broken(TargetId target, String what, IOException e) {
    return new InventoryException(
        "HISTORY-IO",
        Retryability.RETRY,
        target.name(),
        "its history could not be " + what + ": " + e.getMessage(),
        "look at the disk of the working folder",
        e);
  }
}
