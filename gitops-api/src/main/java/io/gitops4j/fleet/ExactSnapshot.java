package io.gitops4j.fleet;

import io.gitops4j.model.Revision;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tree of a revision, got when it is looked into: where another cluster has rendered it
 * already, nobody does. Thread-safe.
 */
final class ExactSnapshot implements Snapshot {
  private final Revision revision;
  private final Supplier<Snapshot> source;
  private @Nullable Snapshot opened;

  ExactSnapshot(Revision revision, Supplier<Snapshot> source) {
    this.revision = revision;
    this.source = source;
  }

  private synchronized Snapshot opened() {
    if (opened == null) {
      opened = source.get();
    }
    return opened;
  }

  @Override
  public Revision revision() {
    return revision;
  }

  @Override
  public Optional<String> repository() {
    return opened().repository();
  }

  @Override
  public List<SnapshotFile> files(String directory) {
    return opened().files(directory);
  }

  @Override
  public List<String> submodules(String directory) {
    return opened().submodules(directory);
  }

  @Override
  public String real(String path) {
    return opened().real(path);
  }

  @Override
  public byte[] read(String path) {
    return opened().read(path);
  }

  @Override
  public boolean executable(String path) {
    return opened().executable(path);
  }

  @Override
  public void materialise(String directory, Path into) {
    opened().materialise(directory, into);
  }

  @Override
  public synchronized void close() {
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }
}
