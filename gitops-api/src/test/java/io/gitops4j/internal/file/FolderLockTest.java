package io.gitops4j.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path place;

  @Test
  @DisplayName("who gives up waiting takes the lock from nobody")
  void givesUp() throws Exception {
    Path folder = place.resolve("mirror");
    try (FolderLock held = FolderLock.take(folder, Stage.SOURCE, OperationContext.create())) {
      assertThat(elsewhere()).isEqualTo("taken");
      OperationContext hurried = OperationContext.within(Duration.ofMillis(100));

      assertThatThrownBy(() -> FolderLock.take(folder, Stage.SOURCE, hurried))
          .isInstanceOf(OperationCancelledException.class);

      held.held();
      assertThat(elsewhere()).as("another process finds it").isEqualTo("taken");
    }
    assertThat(elsewhere()).isEqualTo("free");
    FolderLock.take(folder, Stage.SOURCE, OperationContext.create()).close();
  }

  /** What another process says of the lock. */
  private String elsewhere() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                place.resolve("mirror.lock").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Says whether a file is locked. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) throws Exception {
      try (FileChannel channel =
          FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        System.out.print(channel.tryLock() == null ? "taken" : "free");
      }
    }
  }
}
