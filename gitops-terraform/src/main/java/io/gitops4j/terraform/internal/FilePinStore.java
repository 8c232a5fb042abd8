package io.gitops4j.terraform.internal;

import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.json.PinJson;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.PinStore;
import io.gitops4j.terraform.TerraformConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A target's pin, in a file beside its working folder. */
public final class FilePinStore implements PinStore {
  private final TerraformConfig config;

  /** Keeps them below the folder of the configuration. */
  public FilePinStore(TerraformConfig config) {
    this.config = config;
  }

  @Override
  public Optional<Pin> load(TargetId target, OperationContext context) {
    Path file = file(target);
    try {
      return Files.exists(file)
          ? Optional.of(PinJson.read(Files.readString(file)))
          : Optional.empty();
    } catch (IOException e) {
      throw broken(target, "read", e);
    } catch (IllegalArgumentException e) {
      throw new InventoryException(
          "PIN-DAMAGED",
          Retryability.NEVER,
          target.name(),
          "its pin in " + file.getFileName() + " cannot be read: " + e.getMessage(),
          "remove the file: the target then follows its source",
          e);
    }
  }

  @Override
  public void save(TargetId target, Pin pin, OperationContext context) {
    try {
      Files.createDirectories(config.folder());
      WorkingFolder.writePrivate(file(target), PinJson.write(pin));
    } catch (IOException e) {
      throw broken(target, "written", e);
    }
  }

  @Override
  public void remove(TargetId target, OperationContext context) {
    try {
      Files.deleteIfExists(file(target));
    } catch (IOException e) {
      throw broken(target, "removed", e);
    }
  }

  private Path file(TargetId target) {
    return WorkingFolder.beside(config, target, ".pin.json");
  }

  private static InventoryException broken(TargetId target, String what, IOException e) {
    return new InventoryException(
        "PIN-IO",
        Retryability.RETRY,
        target.name(),
        "its pin could not be " + what + ": " + e.getMessage(),
        "look at the disk of the working folder",
        e);
  }
}
