package io.gitops4j.git.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.git.GitLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.util.io.StreamCopyThread;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllowanceTest {
  private final AtomicBoolean cancelled = new AtomicBoolean();
  @TempDir Path folder;

  @Test
  @DisplayName("a pack that announces two thousand million objects is refused before room is made")
  void refusesTheHeader() throws Exception {
    ByteBuffer header = ByteBuffer.allocate(12);
    header.put("PACK".getBytes(StandardCharsets.US_ASCII)).putInt(2).putInt(Integer.MAX_VALUE);
    MirrorFolder.prepare(folder);
    try (Repository into = MirrorFolder.open(folder);
        Repository bounded = new BoundedRepository(into, allowance(GitLimits.standard()));
        ObjectInserter inserter = bounded.newObjectInserter()) {
      assertThatThrownBy(
              () -> inserter.newPackParser(new ByteArrayInputStream(header.array())).parse(null))
          .isInstanceOfSatisfying(
              LimitReached.class, e -> assertThat(e.limit()).isEqualTo("packObjects"));
    }
  }

  @Test
  @DisplayName("what comes with a pack counts as an answer, the pack itself does not")
  void tellsPackAndMessagesApart() throws Exception {
    Allowance allowance =
        allowance(GitLimits.standard().withAnswerBytes(100).withPackBytes(10_000));
    InputStream wire = allowance.wire(InputStream.nullInputStream());
    assertThat(wire.read()).isNegative();
    InputStream endless = allowance.wire(zeros());
    InputStream pack = allowance.pack(endless);

    assertThat(pack.readNBytes(5000)).hasSize(5000);

    assertThatThrownBy(() -> endless.readNBytes(5000))
        .isInstanceOfSatisfying(
            LimitReached.class, e -> assertThat(e.limit()).isEqualTo("answerBytes"));
  }

  @Test
  @DisplayName("what an SSH server complains of beside its answer counts as a part of that")
  void countsComplaints() throws Exception {
    Allowance allowance = allowance(GitLimits.standard().withAnswerBytes(1000));
    InputStream answer = allowance.wire(zeros());
    InputStream complaints = allowance.wire(zeros());
    assertThat(answer.readNBytes(500)).hasSize(500);

    assertThatThrownBy(() -> complaints.readNBytes(1000)).isInstanceOf(LimitReached.class);
    assertThatThrownBy(answer::read).isInstanceOf(LimitReached.class);
  }

  @Test
  @DisplayName("nothing more is read once the pass is over")
  void endsWithThePass() throws Exception {
    InputStream wire = allowance(GitLimits.standard()).wire(zeros());
    assertThat(wire.read()).isZero();
    cancelled.set(true);

    assertThatThrownBy(wire::read).isInstanceOf(IOException.class);
  }

  @Test
  @DisplayName("the thread that copies complaints ends with the pass")
  void endsTheCopyOfComplaints() throws Exception {
    cancelled.set(true);
    StreamCopyThread copying =
        new StreamCopyThread(
            allowance(GitLimits.standard()).wire(zeros()), OutputStream.nullOutputStream());
    copying.setDaemon(true);
    copying.start();

    copying.join(TimeUnit.SECONDS.toMillis(30));

    assertThat(copying.isAlive()).isFalse();
  }

  private Allowance allowance(GitLimits limits) {
    return new Allowance(limits, cancelled::get);
  }

  private static InputStream zeros() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        return Math.min(length, 50);
      }
    };
  }
}
