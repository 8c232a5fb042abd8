package io.gitops4j.terraform.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.Stage;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.StateLockedException;
import io.gitops4j.terraform.TerraformConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningNoteTest {
  private static final Duration WAIT = Duration.ofSeconds(10);

  @TempDir Path work;

  @Test
  @DisplayName(
      "a lock is ours when it names exactly this machine and was taken while our run lived")
  void knowsOwnLocks() throws Exception {
    String host = InetAddress.getLocalHost().getHostName();
    try (WorkingFolder folder = folder()) {
      left(folder, Tool.Lock.LEFT);
      RunningNote next = new RunningNote(folder);
      Instant now = Instant.now();

      assertThat(next.left(lock("root@" + host + " for OperationTypeApply", now), WAIT)).isTrue();
      assertThat(next.left(lock("me@my.realm@" + host, now), WAIT)).isTrue();
      assertThat(next.left(lock("root@" + host + "0 for OperationTypeApply", now), WAIT)).isFalse();
      assertThat(next.left(lock("root@x" + host, now), WAIT)).isFalse();
      assertThat(next.left(lock("somebody whom the backend does not name", now), WAIT)).isFalse();
      assertThat(next.left(lock("root@" + host, now.minusSeconds(60)), WAIT))
          .as("taken before our run began")
          .isFalse();
      assertThat(next.left(lock("root@" + host, now.plusSeconds(600)), WAIT))
          .as("taken long after our run said its last")
          .isFalse();
    }
  }

  @Test
  @DisplayName("a run that gave its lock back left none; who only met a lock leaves the note")
  void forgetsWhatEnded() throws Exception {
    StateLockedException lock =
        lock("root@" + InetAddress.getLocalHost().getHostName(), Instant.now());
    try (WorkingFolder folder = folder()) {
      left(folder, Tool.Lock.RELEASED);
      assertThat(new RunningNote(folder).left(lock, WAIT)).isFalse();

      left(folder, Tool.Lock.LEFT);
      RunningNote next = new RunningNote(folder);
      run(next, Tool.Lock.RELEASED);
      next.restore();
      assertThat(new RunningNote(folder).left(lock, WAIT)).isTrue();
    }
  }

  @Test
  @DisplayName("a run that failed without a lock leaves the note of the one before")
  void keepsTheNoteOfTheOneBefore() throws Exception {
    StateLockedException lock =
        lock("root@" + InetAddress.getLocalHost().getHostName(), Instant.now());
    try (WorkingFolder folder = folder()) {
      left(folder, Tool.Lock.MISSED);
      assertThat(new RunningNote(folder).left(lock, WAIT)).as("there was none").isFalse();

      left(folder, Tool.Lock.LEFT);
      left(folder, Tool.Lock.MISSED);
      assertThat(new RunningNote(folder).left(lock, WAIT)).isTrue();
    }
  }

  private WorkingFolder folder() throws IOException {
    return WorkingFolder.open(
        TerraformConfig.builder(work, Sensitive.of(new byte[32])).build(),
        new TargetId("note"),
        "infra",
        Stage.DIFF,
        OperationContext.create());
  }

  private static void left(WorkingFolder folder, Tool.Lock lock) throws Exception {
    Files.write(Tool.output(folder), new byte[0]);
    run(new RunningNote(folder), lock);
  }

  private static void run(RunningNote note, Tool.Lock lock) throws Exception {
    Process process = new ProcessBuilder("true").start();
    note.write(process);
    process.waitFor();
    note.ended(lock);
  }

  private static StateLockedException lock(String holder, Instant since) {
    return new StateLockedException(Stage.DIFF, "note", "id", holder, Optional.of(since));
  }
}
