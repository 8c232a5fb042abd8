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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A lock between threads and processes, which the operating system frees when its holder dies. The
 * system knows processes only, and drops a lock when any thread closes the file: so the threads of
 * a process take turns before one of them opens it.
 */
public final class FolderLock implements AutoCloseable {
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;
  private final AtomicBoolean closed = new AtomicBoolean();

  private FolderLock(Path file, FileChannel channel, FileLock lock) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
  }

  /** Waits for the lock of a folder as long as the pass may go on. */
  public static FolderLock take(Path folder, Stage stage, OperationContext context)
      throws IOException {
    Files.createDirectories(folder.getParent());
    Path file = folder.getParent().toRealPath().resolve(folder.getFileName() + ".lock");
    try {
      while (!TAKEN.add(file)) {
        pause(stage, context);
      }
      try {
        return open(file, stage, context);
      } catch (InterruptedException | IOException | RuntimeException e) {
        TAKEN.remove(file);
        throw e;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationCancelledException(
          stage, "interrupted while somebody else used " + folder.getFileName());
    }
  }

  private static FolderLock open(Path file, Stage stage, OperationContext context)
      throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = attempt(channel);
      while (lock == null) {
        pause(stage, context);
        lock = attempt(channel);
      }
      return new FolderLock(file, channel, lock);
    } catch (InterruptedException | IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void pause(Stage stage, OperationContext context) throws InterruptedException {
    context.checkActive(stage);
    TimeUnit.MILLISECONDS.sleep(20);
  }

  /** Fails loudly if the lock was lost, which would be a bug. */
  public void held() {
    if (!lock.isValid()) {
      throw new IllegalStateException("the lock of the folder is gone");
    }
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      try {
        channel.close();
      } finally {
        TAKEN.remove(file);
      }
    }
  }

  private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this class was loaded twice, and the other one has it
    }
  }
}
