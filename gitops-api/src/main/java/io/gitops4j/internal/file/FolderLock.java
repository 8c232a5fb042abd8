package io.gitops4j.internal.file;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A lock between threads and processes, which the operating system frees when its holder dies. */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;
  private final FileLock lock;

  private FolderLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** Waits for the lock of a folder as long as the pass may go on. */
  public static FolderLock take(Path folder, Stage stage, OperationContext context)
      throws IOException {
    Files.createDirectories(folder.getParent());
    FileChannel channel =
        FileChannel.open(
            folder.resolveSibling(folder.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      FileLock lock = attempt(channel);
      while (lock == null) {
        context.checkActive(stage);
        TimeUnit.MILLISECONDS.sleep(20);
        lock = attempt(channel);
      }
      return new FolderLock(channel, lock);
    } catch (InterruptedException e) {
      channel.close();
      Thread.currentThread().interrupt();
      throw new OperationCancelledException(
          stage, "interrupted while somebody else used " + folder.getFileName());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Fails loudly if the lock was lost, which would be a bug. */
  public void held() {
    if (!lock.isValid()) {
      throw new IllegalStateException("the lock of the folder is gone");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this process has it
    }
  }
}
