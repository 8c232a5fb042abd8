package io.gitops4j.git.internal;

import io.gitops4j.git.GitLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * What one call to a server may bring yet. Thread-safe: the complaints of an SSH server are read by
 * another thread.
 */
final class Allowance {
  /** Signature, version, and how many objects follow. */
  private static final int PACK_HEADER = 12;

  private final GitLimits limits;
  private final BooleanSupplier cancelled;
  private long received;
  private long packed;

  Allowance(GitLimits limits, BooleanSupplier cancelled) {
    this.limits = limits;
    this.cancelled = cancelled;
  }

  GitLimits limits() {
    return limits;
  }

  /** All that comes over the wire, counted as it is read. */
  InputStream wire(InputStream in) {
    return new Counted(in) {
      @Override
      void count(byte[] bytes, int offset, int length) throws IOException {
        received(length);
      }
    };
  }

  /** The pack, which is a part of that. */
  InputStream pack(InputStream in) {
    ByteBuffer header = ByteBuffer.allocate(PACK_HEADER);
    return new Counted(in) {
      @Override
      void count(byte[] bytes, int offset, int length) throws IOException {
        packed(length);
        if (header.hasRemaining()) {
          header.put(bytes, offset, Math.min(length, header.remaining()));
          if (!header.hasRemaining()) {
            // JGit makes room for all of them at once.
            announced(Integer.toUnsignedLong(header.getInt(PACK_HEADER - Integer.BYTES)));
          }
        }
      }
    };
  }

  private synchronized void received(int length) throws IOException {
    received += length;
    if (received - packed > limits.answerBytes()) {
      throw new LimitReached(
          "answerBytes",
          "its references and messages have more than " + limits.answerBytes() + " bytes");
    }
  }

  private synchronized void packed(int length) throws IOException {
    packed += length;
    if (packed > limits.packBytes()) {
      throw new LimitReached(
          "packBytes", "what is fetched has more than " + limits.packBytes() + " bytes");
    }
  }

  private void announced(long objects) throws IOException {
    if (objects > limits.packObjects()) {
      throw new LimitReached(
          "packObjects",
          "what is fetched has " + objects + " objects, more than " + limits.packObjects());
    }
  }

  /** Also ends with the pass: a server may be slow without being silent. */
  private abstract class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    abstract void count(byte[] bytes, int offset, int length) throws IOException;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (cancelled.getAsBoolean()) {
        // JGit copies complaints on a thread that takes an InterruptedIOException for a wake-up.
        throw new IOException("the pass is over");
      }
      int count = super.read(bytes, offset, length);
      if (count > 0) {
        count(bytes, offset, count);
      }
      return count;
    }

    @Override
    public long skip(long length) throws IOException {
      return Math.max(0, read(new byte[(int) Math.min(length, 8192)]));
    }

    /** What is read again would be counted again. */
    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
