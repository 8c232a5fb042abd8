package io.gitops4j.internal.thread;

import org.jspecify.annotations.Nullable;

/** A thread of somebody else's while it works for us, so that it can be interrupted. */
public final class LentThread {
  private @Nullable Thread thread;
  private boolean interrupted;

  /** On that thread, before the work. */
  public synchronized void begin() {
    thread = Thread.currentThread();
  }

  /** What ignores its deadline may still heed this; does nothing before the work and after it. */
  public synchronized void interrupt() {
    if (thread != null) {
      interrupted = true;
      thread.interrupt();
    }
  }

  /** On that thread, after the work: an interrupt of ours is taken back. */
  public synchronized void end() {
    thread = null;
    if (interrupted) {
      Thread.interrupted();
    }
  }
}
