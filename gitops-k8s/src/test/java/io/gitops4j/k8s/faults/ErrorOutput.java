package io.gitops4j.k8s.faults;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What this process writes to its error output from a moment on: logs, with causes. */
final class ErrorOutput {
  private static final ByteArrayOutputStream COPY = new ByteArrayOutputStream();

  static {
    // Once for the process: several are open at a time, and end in any order.
    PrintStream before = System.err;
    OutputStream both =
        new OutputStream() {
          @Override
          public void write(int one) {
            before.write(one);
            COPY.write(one);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            before.write(bytes, offset, length);
            COPY.write(bytes, offset, length);
          }

          @Override
          public void flush() {
            before.flush();
          }
        };
    System.setErr(new PrintStream(both, true, StandardCharsets.UTF_8));
  }

  private final int from = COPY.size();

  /** The text since this was made. */
  String text() {
    byte[] all = COPY.toByteArray();
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }
}
